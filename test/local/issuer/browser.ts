/** As much of a browser as sign-in needs: it keeps cookies, says where a form comes from, and follows nothing. */
import { createHash } from "node:crypto";
import { request, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import type { LocalIssuer } from "../../../local/issuer/issuer.ts";
import { AUDIENCE, requestToken, SPA, SPA_ORIGIN } from "./fixture-issuer.ts";

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Browser {
  readonly get: (path: string) => Promise<Reply>;
  readonly post: (
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Reply>;
  readonly cookies: ReadonlyMap<string, string>;
}

/** Over plain http, every header as given: Host and Origin too. */
export function send(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Reply> {
  const { method = "GET", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    request(url, { method, headers, agent: false }, (response) => {
      text(response).then((answer) => {
        const { statusCode = 0 } = response;
        resolve({
          status: statusCode,
          headers: response.headers,
          body: answer,
        });
      }, reject);
    })
      .on("error", reject)
      .end(body);
  });
}

export function openBrowser({ browserUrl }: LocalIssuer): Browser {
  const cookies = new Map<string, string>();
  const visit = async (
    path: string,
    options: Parameters<typeof send>[1] & object,
  ): Promise<Reply> => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const reply = await send(browserUrl + path, {
      ...options,
      headers: { ...options.headers, ...(cookie !== "" && { cookie }) },
    });
    for (const line of reply.headers["set-cookie"] ?? []) {
      const [, name = "", value = "", rest = ""] =
        /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
      if (rest.includes("Max-Age=0")) cookies.delete(name);
      else cookies.set(name, value);
    }
    return reply;
  };
  return {
    cookies,
    get: (path) => visit(path, {}),
    post: (path, form, headers = {}) =>
      visit(path, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          origin: browserUrl,
          ...headers,
        },
        body: new URLSearchParams(form).toString(),
      }),
  };
}

export const VERIFIER = "the-verifier-that-only-the-application-knows";
export const CHALLENGE = createHash("sha256")
  .update(VERIFIER)
  .digest("base64url");

/** Laid over parameters; `undefined` leaves one out. */
export type Change = Readonly<Record<string, string | undefined>>;

/** What a single-page application asks with. */
const AUTHORIZATION: Change = {
  client_id: SPA.clientId,
  redirect_uri: SPA_ORIGIN,
  response_type: "code",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
  scope: "openid profile email",
  audience: AUDIENCE,
  state: "the state",
  nonce: "the nonce",
};

/** The path of `AUTHORIZATION` with a change. */
export function authorizePath(change: Change = {}): string {
  const parameters = Object.entries({ ...AUTHORIZATION, ...change }).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return `/authorize?${new URLSearchParams(parameters).toString()}`;
}

/** The parameters of the callback that a reply redirects to. */
export function readCallback({ status, headers }: Reply): URLSearchParams {
  if (status !== 303 || headers.location === undefined) {
    throw new Error(`no redirect, but ${status}`);
  }
  return new URL(headers.location).searchParams;
}

/** The transaction of a sign-in page. */
export function readTransaction({ status, body }: Reply): string {
  const [, state] = /name="state" value="([\w-]+)"/.exec(body) ?? [];
  if (state === undefined) throw new Error(`no sign-in page, but ${status}`);
  return state;
}

/** Asks for a code and chooses the user on the page. */
export async function signIn(
  browser: Browser,
  userId: string,
  change: Change = {},
): Promise<Reply> {
  const state = readTransaction(await browser.get(authorizePath(change)));
  return browser.post("/u/login", { state, user: userId });
}

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

/** What a single-page application does with its code. */
export function codeRequest(code: string, change: Change = {}): Change {
  return {
    grant_type: "authorization_code",
    client_id: SPA.clientId,
    redirect_uri: SPA_ORIGIN,
    code_verifier: VERIFIER,
    code,
    ...change,
  };
}

/** From the sign-in page to tokens, in a browser of its own. */
export async function obtainTokens(
  issuer: LocalIssuer,
  userId: string,
  change: Change = {},
): Promise<Tokens> {
  const reply = await signIn(openBrowser(issuer), userId, change);
  const code = readCallback(reply).get("code") ?? "";
  const { status, body } = await requestToken(issuer, codeRequest(code));
  if (status !== 200) throw new Error(`no tokens, but ${status}`);
  return body as unknown as Tokens;
}
