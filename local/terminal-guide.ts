/** The curl lines that `npm start` prints, each with the answer to expect. Tests run them as they are printed. */
import type { Endpoints, EndpointTenant } from "./endpoints.ts";
import { SEED_PASSWORD } from "./seed.ts";

export interface GuideStep {
  readonly title: string;
  /** Puts a token into a shell variable; absent when the calls need none of their own. */
  readonly token?: string;
  readonly calls: readonly GuideCall[];
}

export interface GuideCall {
  readonly command: string;
  readonly status: number;
  /** The `error` of the answer's body. */
  readonly error?: string;
  readonly because: string;
}

export function buildGuide(endpoints: Endpoints): readonly GuideStep[] {
  const acme = "ACME";
  return [
    {
      title: "One token opens all of its own tenant's routes, and no other's",
      token: fetchToken(acme, endpoints, "Acme import"),
      calls: [
        call(endpoints, acme, "/acme/orders", 200, "the authorizer runs"),
        call(endpoints, acme, "/acme/reports/2026", 200, "from the cache"),
        {
          ...call(endpoints, acme, "/globex/invoices", 403, "another tenant's"),
          error: "route_not_granted",
        },
        {
          ...call(endpoints, acme, "/acme/reports/drafts/1", 403, "denied"),
          error: "route_not_granted",
        },
      ],
    },
    {
      title: "A suspended tenant is told so",
      token: fetchToken("INITECH", endpoints, "Initech import"),
      calls: [
        {
          ...call(endpoints, "INITECH", "/initech/tps", 403, "suspended"),
          error: "tenant_suspended",
        },
      ],
    },
    {
      title: "A binding rule: Umbrella's application is for machines only",
      token: fetchToken(
        "VERA",
        endpoints,
        "Umbrella lab",
        "vera@umbrella.test",
      ),
      calls: [
        {
          ...call(endpoints, "VERA", "/umbrella/samples/1", 403, "a person"),
          error: "binding_rule_failed",
        },
      ],
    },
    {
      title: "A bad token gets the same 401 whatever is wrong with it",
      calls: [
        {
          command: `curl -i -H "Authorization: Bearer nonsense" ${endpoints.gateway}/acme/orders`,
          status: 401,
          error: "unauthorized",
          because: "not a token: the authorizer is not even asked",
        },
        {
          command: `curl -i -H "Authorization: Bearer \${${acme}}AAAA" ${endpoints.gateway}/acme/orders`,
          status: 401,
          error: "unauthorized",
          because: "Acme's token with another signature",
        },
      ],
    },
  ];
}

function call(
  { gateway }: Endpoints,
  variable: string,
  path: string,
  status: number,
  because: string,
): GuideCall {
  const command = `curl -i -H "Authorization: Bearer $${variable}" ${gateway}${path}`;
  return { command, status, because };
}

function fetchToken(
  variable: string,
  endpoints: Endpoints,
  application: string,
  username?: string,
): string {
  const tenant = endpoints.tenants.find(
    (candidate) => candidate.application === application,
  );
  if (tenant === undefined) {
    throw new Error(`no application "${application}" in the seed`);
  }
  const form = tokenForm(endpoints, tenant, username);
  // sed, because it is everywhere; the answer is one line of JSON.
  return `${variable}=$(curl -s ${endpoints.oauthToken} -d '${form}' | sed -E 's/.*"access_token":"([^"]+)".*/\\1/')`;
}

function tokenForm(
  { audience, tenantClaim }: Endpoints,
  { clientId, clientSecret, organization }: EndpointTenant,
  username: string | undefined,
): string {
  return [
    username === undefined
      ? "grant_type=client_credentials"
      : `grant_type=password&username=${username}&password=${SEED_PASSWORD}`,
    `client_id=${clientId}`,
    `client_secret=${clientSecret}`,
    `audience=${audience}`,
    ...(tenantClaim === "org_id" ? [`organization=${organization}`] : []),
  ].join("&");
}
