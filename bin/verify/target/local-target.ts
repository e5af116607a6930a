/** The local run, as it describes itself in `.local/endpoints.json`. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  isJsonObject,
  own,
  type JsonObject,
} from "../../../lambda/core/json.ts";
import type { Limits } from "../http/budget.ts";
import { fetchJson } from "../http/fetch-json.ts";
import { freshClaim } from "../tokens/token-parts.ts";
import { VerifyError } from "../verify-error.ts";
import { readJsonObject } from "./deployed-target.ts";
import { ownRequests, parseRoutes } from "./routes.ts";
import { isLoopback, parseSafeUrl } from "./stage-url.ts";
import type { BadTokenKind, Bounds, Target, TargetTenant } from "./target.ts";

/** The gateway there judges a kept policy's condition at every request, and nothing but the function's leeway is added. */
const BOUNDS: Bounds = {
  suspensionSeconds: 10,
  expirySeconds: 10,
  leewaySeconds: 5,
};
const EXPIRING_LIFETIME_SECONDS = 4;

type Claims = Readonly<Record<string, unknown>>;

const BAD_CLAIMS: Readonly<
  Record<BadTokenKind, (nowSeconds: number) => Claims>
> = {
  expired: (now) => ({ iat: now - 7_200, exp: now - 3_600 }),
  "id token": (now) => ({ nonce: "n-0S6_WzA2Mj", auth_time: now }),
  "other audience": () => ({ aud: "https://another-api.example.test" }),
  "other issuer": () => ({ iss: "https://another-issuer.example.test/" }),
};

export interface LocalOptions {
  /** `endpoints.json` */
  readonly file: string;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly bounds?: Partial<Bounds>;
}

/** @throws VerifyError `local_run_unreadable`, when there is none */
export async function createLocalTarget(
  options: LocalOptions,
): Promise<Target> {
  const { file, limits, signal } = options;
  const endpoints = await readJsonObject(
    file,
    "no local run: start it with npm start, in another terminal",
  );
  const text = (name: string): string => {
    const value = own(endpoints, name);
    if (typeof value === "string") return value;
    throw unreadable(file, `it has no ${name}`);
  };
  const here = (name: string): URL => {
    const url = parseSafeUrl(text(name), `${name} in ${file}`);
    if (isLoopback(url)) return url;
    throw unreadable(file, `its ${name} is not on this machine`);
  };
  const control = here("control");
  const issuer = here("issuer");
  const tenantClaim = text("tenantClaim");
  const caFile = text("caCertificate");

  const mint = async (
    application: JsonObject,
    claims: Claims = {},
  ): Promise<string> => {
    const answer = await fetchJson(
      new URL("/tokens", control),
      "the local run's control",
      {
        signal,
        body: {
          clientId: own(application, "clientId"),
          ...(tenantClaim === "org_id" && {
            organization: own(application, "organization"),
          }),
          claims: { ...freshClaim(), ...claims },
        },
      },
    );
    const token = own(answer, "access_token");
    if (typeof token === "string") return token;
    throw unreadable(file, "its control signs no tokens");
  };
  const pull = async (switchPath: string): Promise<void> => {
    await fetchJson(new URL(switchPath, control), "the local run's control", {
      // Not the run's own signal: the table must come back after Ctrl-C too.
      signal: AbortSignal.timeout(10_000),
      body: {},
    });
  };

  const known = readTenants(endpoints);
  const tenants = known.map(({ application, ...tenant }): TargetTenant => {
    let token: Promise<string> | undefined;
    return {
      ...tenant,
      token: () => (token ??= mint(application)),
      mint: () => mint(application),
    };
  });
  const [first, second, ...more] = tenants;
  const [application] = known.map((tenant) => tenant.application);
  const suspended = tenants.at(-1);
  if (
    first === undefined ||
    second === undefined ||
    application === undefined ||
    suspended === undefined
  ) {
    throw unreadable(file, "it has no two active tenants");
  }
  const now = (): number => Math.floor(Date.now() / 1000);
  return {
    kind: "local",
    stageUrl: here("gateway"),
    origin: findOrigin(endpoints),
    tenants: [first, second, ...more],
    badTokens: Object.entries(BAD_CLAIMS).map(([kind, claims]) => ({
      kind: kind as BadTokenKind,
      tenant: first,
      token: () => mint(application, claims(now())),
    })),
    expiring: {
      tenant: first,
      token: () =>
        mint(application, {
          iat: now() - 60,
          exp: now() + EXPIRING_LIFETIME_SECONDS,
        }),
    },
    fetchKeys: async () =>
      await fetchJson(new URL(".well-known/jwks.json", issuer), "the issuer", {
        signal,
        ca: await readFile(caFile, "utf8"),
      }),
    suspension: {
      tenant: suspended,
      tableName: text("tableName"),
      tenantClaim,
      client: {
        endpoint: here("dynamodb").origin,
        region: text("region"),
        // What runs on this machine asks for some, and looks at none.
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
        maxAttempts: 2,
      },
      cliOptions: `--endpoint-url ${here("dynamodb").origin}`,
    },
    outage: {
      takeTableDown: () => pull("/table/down"),
      bringTableUp: () => pull("/table/up"),
      mintUnknown: () => {
        const stranger = `verify-${randomBytes(8).toString("hex")}`;
        return mint(application, {
          [tenantClaim]: stranger,
          ...(tenantClaim === "azp" && { sub: `${stranger}@clients` }),
        });
      },
    },
    bounds: { ...BOUNDS, ...options.bounds },
    limits,
    hosts: [
      here("gateway").host,
      `${control.host} (its control)`,
      `${issuer.host} (its issuer)`,
      `${here("dynamodb").host} (its table)`,
    ],
  };
}

type KnownTenant = Omit<TargetTenant, "token" | "mint"> & {
  readonly application: JsonObject;
};

/** One for each active tenant: its first application that acts for itself. */
function readTenants(endpoints: JsonObject): readonly KnownTenant[] {
  const entries = own(endpoints, "tenants");
  const applications = Array.isArray(entries)
    ? entries.filter(isJsonObject)
    : [];
  const tenants = new Map<string, KnownTenant>();
  for (const application of applications) {
    const name = own(application, "tenantId");
    const texts = own(application, "routes");
    if (
      typeof name !== "string" ||
      !Array.isArray(texts) ||
      own(application, "status") !== "active" ||
      own(application, "isConfidential") !== true ||
      tenants.has(name)
    ) {
      continue;
    }
    const routes = parseRoutes(texts.map(String), name);
    const [request, ...requests] = ownRequests(routes);
    if (request === undefined) continue;
    tenants.set(name, {
      name,
      routes,
      own: [request, ...requests],
      application,
    });
  }
  return [...tenants.values()];
}

function unreadable(file: string, why: string): VerifyError {
  return new VerifyError(
    "local_run_unreadable",
    `${file} does not describe a local run: ${why}`,
  );
}

/** Where every origin may call, that of the run's single-page application does too. */
function findOrigin(endpoints: JsonObject): string | undefined {
  const origin = own(endpoints, "corsOrigin");
  const named = origin === "*" ? own(endpoints, "spaOrigin") : origin;
  return typeof named === "string" ? named : undefined;
}
