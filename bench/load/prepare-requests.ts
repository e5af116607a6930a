/** Tenants of the load's own in a local run, many tokens of each, and for each token the answer it must get. */
import type { LocalRun } from "../../local/local-run.ts";
import { putRow } from "../suspension/drill-tenants.ts";
import type { LoadRequest, RequestPools } from "./request-mix.ts";

const TENANTS = 12;
const TOKENS_PER_TENANT = 40;
/** Of each kind that is refused. */
const REFUSED_TOKENS = 60;

const HOUR_SECONDS = 3_600;

export async function prepareRequests(run: LocalRun): Promise<RequestPools> {
  const tenants = Array.from({ length: TENANTS }, (_, at) => `load-${at + 1}`);
  await Promise.all(tenants.map((tenantId) => putRow(run, tenantId)));
  const suspended = run.endpoints.tenants.find(
    ({ status }) => status === "suspended",
  );
  const [application] = run.endpoints.tenants;
  if (suspended === undefined || application === undefined) {
    throw new Error("the seed has no suspended tenant");
  }

  let serial = 0;
  /** No two are alike: each has a subject of its own. */
  const mint = async (
    clientId: string,
    claims: Readonly<Record<string, unknown>> = {},
  ): Promise<string> => {
    serial += 1;
    const token = await run.issuer.mint({
      clientId: application.clientId,
      // The issuer does not know the load's applications; the authorizer asks the table alone.
      claims: { azp: clientId, sub: `auth0|load-${serial}`, ...claims },
    });
    return `Bearer ${token}`;
  };
  const make = (
    count: number,
    build: (at: number) => Promise<LoadRequest>,
  ): Promise<readonly LoadRequest[]> =>
    Promise.all(Array.from({ length: count }, (_, at) => build(at)));
  const tenantAt = (at: number): string =>
    tenants[at % tenants.length] ?? "load-1";
  const pathOf = (tenantId: string): string => `/${tenantId}/orders`;

  const own = await make(TENANTS * TOKENS_PER_TENANT, async (at) => ({
    path: pathOf(tenantAt(at)),
    authorization: await mint(`client-${tenantAt(at)}`),
    expected: { status: 200, tenantId: tenantAt(at) },
  }));
  const iat = Math.floor(Date.now() / 1000) - 2 * HOUR_SECONDS;
  return {
    "own route": own,
    // The same tokens: one kept policy answers both kinds.
    "another tenant's route": own.map((request, at) => ({
      ...request,
      path: pathOf(tenantAt(at + 1)),
      expected: { status: 403, reason: "route_not_granted" },
    })),
    "a suspended tenant": await make(REFUSED_TOKENS, async () => ({
      path: pathOf(suspended.tenantId),
      authorization: await mint(suspended.clientId),
      expected: { status: 403, reason: "tenant_suspended" },
    })),
    "a tenant without a record": await make(REFUSED_TOKENS, async (at) => ({
      path: pathOf(tenantAt(at)),
      authorization: await mint("client-nobody"),
      expected: { status: 403, reason: "tenant_not_found" },
    })),
    "a forged signature": await make(REFUSED_TOKENS, async (at) => ({
      path: pathOf(tenantAt(at)),
      authorization: forge(await mint(`client-${tenantAt(at)}`)),
      expected: { status: 401 },
    })),
    "an expired token": await make(REFUSED_TOKENS, async (at) => ({
      path: pathOf(tenantAt(at)),
      authorization: await mint(`client-${tenantAt(at)}`, {
        iat,
        exp: iat + HOUR_SECONDS,
      }),
      expected: { status: 401 },
    })),
    "no token": tenants.map((tenantId) => ({
      path: pathOf(tenantId),
      authorization: undefined,
      expected: { status: 401 },
    })),
  };
}

/** Another first character of the signature: as well-formed as before, and no signature of this token. */
function forge(authorization: string): string {
  const at = authorization.lastIndexOf(".") + 1;
  const other = authorization[at] === "A" ? "B" : "A";
  return `${authorization.slice(0, at)}${other}${authorization.slice(at + 1)}`;
}
