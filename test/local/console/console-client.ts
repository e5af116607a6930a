/** Speaks to the console as its page does, and as no page should. */
import { request as httpRequest } from "node:http";
import { text } from "node:stream/consumers";
import type {
  ApplicationView,
  ConsoleState,
  RequestResult,
  Spoil,
  TenantsView,
  TokenView,
} from "../../../local/console/api.ts";
import type { LocalRun } from "../../../local/local-run.ts";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export const JSON_TYPE = { "Content-Type": "application/json" };

/** A request with any header, `Host` included, which `fetch` would not send. */
export function ask(
  run: LocalRun,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const sent = httpRequest(
    `${run.endpoints.control}${path}`,
    { method, headers },
    (response) => {
      text(response).then((content) => {
        const { statusCode: status = 0, headers: received } = response;
        resolve({ status, headers: received, body: content });
      }, reject);
    },
  );
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

export async function post(
  run: LocalRun,
  path: string,
  body: object = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await ask(run, "POST", path, JSON_TYPE, JSON.stringify(body));
  return { status: answer.status, body: JSON.parse(answer.body) as unknown };
}

export async function getTenants(run: LocalRun): Promise<TenantsView> {
  const { body } = await ask(run, "GET", "/api/tenants");
  return JSON.parse(body) as TenantsView;
}

export async function getState(run: LocalRun): Promise<ConsoleState> {
  const { body } = await ask(run, "GET", "/api/state");
  return JSON.parse(body) as ConsoleState;
}

export async function findApplication(
  run: LocalRun,
  name: string,
): Promise<ApplicationView> {
  const { applications } = await getTenants(run);
  const found = applications.find((application) => application.name === name);
  if (found === undefined) throw new Error(`no application ${name}`);
  return found;
}

export interface Token {
  readonly application: string;
  readonly username?: string;
  readonly spoil?: Spoil;
}

export async function getToken(run: LocalRun, token: Token): Promise<string> {
  const { application, ...choice } = token;
  const { id: applicationId } = await findApplication(run, application);
  const { body } = await post(run, "/api/tokens", {
    kind: "minted",
    applicationId,
    ...choice,
  });
  return (body as TokenView).handle;
}

export async function sendRequest(
  run: LocalRun,
  token: string,
  path: string,
  more: object = {},
): Promise<RequestResult> {
  const request = { token, method: "GET", path, ...more };
  const { status, body } = await post(run, "/api/requests", request);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as RequestResult;
}

/** The steps by name, each with its state unless it was passed. */
export function waysOf({ travel }: RequestResult): readonly string[] {
  return travel.map(({ name, state }) =>
    state === "passed" ? name : `${name} ${state}`,
  );
}
