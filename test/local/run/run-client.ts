import { randomUUID } from "node:crypto";
import type { EndpointTenant } from "../../../local/endpoints.ts";
import type { LocalRun } from "../../../local/local-run.ts";

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

export async function call(
  run: LocalRun,
  path: string,
  token: string,
  method = "GET",
): Promise<Answer> {
  const response = await fetch(`${run.endpoints.gateway}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  });
  const body = (await response.json()) as Answer["body"];
  return { status: response.status, body, headers: response.headers };
}

export function findApplication(run: LocalRun, name: string): EndpointTenant {
  const application = run.endpoints.tenants.find(
    (candidate) => candidate.application === name,
  );
  if (application === undefined) {
    throw new Error(`no application ${name}`);
  }
  return application;
}

/** A token that no other test's request has put into the gateway's cache. */
export function mintFresh(
  run: LocalRun,
  applicationName: string,
): Promise<string> {
  const { clientId, organization } = findApplication(run, applicationName);
  return run.issuer.mint({
    clientId,
    claims: { jti: randomUUID() },
    ...(run.endpoints.tenantClaim === "org_id" && { organization }),
  });
}

/** How often the authorizer has run: the log has an entry with its time for each. */
export function countAuthorizerRuns(run: LocalRun): number {
  return run.accessLog.filter(({ authorizer }) => authorizer !== undefined)
    .length;
}
