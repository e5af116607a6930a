/** A deployed stage, from `verify.json`. What it may hold: docs/verify.md. */
import { readFile } from "node:fs/promises";
import { isJsonObject, type JsonObject } from "../../../lambda/core/json.ts";
import type { Limits } from "../http/budget.ts";
import { fetchJson } from "../http/fetch-json.ts";
import { tokenByCredentials } from "../tokens/client-credentials.ts";
import { VerifyError } from "../verify-error.ts";
import {
  type ConfigReader,
  type Environment,
  readConfig,
  refused,
} from "./config-reader.ts";
import { ownRequests, parseRoutes } from "./routes.ts";
import { parseSafeUrl } from "./stage-url.ts";
import {
  BAD_TOKEN_KINDS,
  type BadTokenKind,
  type Bounds,
  type Suspension,
  type Target,
  type TargetTenant,
} from "./target.ts";

/** Each object of the file, by the name it stands under, and its members. */
export const CONFIG_MEMBERS = {
  "": ["origin", "auth", "jwks", "tenants", "tokens", "table", "bounds"],
  auth: ["tokenUrl", "audience"],
  tenants: [
    "tenantId",
    "routes",
    "token",
    "clientId",
    "clientSecret",
    "organization",
  ],
  tokens: [
    "tenantId",
    "expired",
    "idToken",
    "otherAudience",
    "otherIssuer",
    "expiring",
  ],
  table: ["name", "region", "tenantClaim", "profile"],
  bounds: ["suspensionSeconds", "expirySeconds", "leewaySeconds"],
} as const;

/** As the stack is deployed by default, and some seconds for the polling itself. */
const DEFAULT_BOUNDS: Bounds = {
  suspensionSeconds: 15,
  expirySeconds: 310,
  leewaySeconds: 5,
};
const MAX_BOUND_SECONDS = 3_900;

const TOKEN_MEMBERS: Readonly<Record<BadTokenKind, string>> = {
  expired: "expired",
  "id token": "idToken",
  "other audience": "otherAudience",
  "other issuer": "otherIssuer",
};

export interface DeployedOptions {
  readonly stageUrl: URL;
  /** `verify.json`, parsed. */
  readonly config: unknown;
  /** What it is called in messages. */
  readonly file: string;
  /** The tenant that may be suspended for some seconds. */
  readonly suspend: string | undefined;
  readonly limits: Limits;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

/** @throws VerifyError `config_refused`, `url_refused` */
export function createDeployedTarget(options: DeployedOptions): Target {
  const { stageUrl, file, limits, env, signal } = options;
  const config = readConfig(options.config, file, CONFIG_MEMBERS, env);
  const auth = config.findObject("auth");
  const tokenUrl =
    auth && parseSafeUrl(auth.text("tokenUrl"), `tokenUrl in ${file}`);
  const tenants = config
    .objects("tenants")
    .map((tenant) => readTenant(tenant, auth, tokenUrl, signal));
  const [first, second, ...more] = tenants;
  if (first === undefined || second === undefined) {
    throw refused(
      `${file} must name two tenants at least: whether one's token opens the other's routes is what is verified`,
    );
  }
  if (new Set(tenants.map(({ name }) => name)).size < tenants.length) {
    throw refused(`${file} names a tenant twice`);
  }
  const find = (name: string, where: string): TargetTenant => {
    const found = tenants.find((tenant) => tenant.name === name);
    if (found !== undefined) return found;
    throw refused(`${where} names ${name}, which is none of the tenants`);
  };
  const origin = config.findText("origin");
  const tokens = config.findObject("tokens");
  const tokensOf = tokens && find(tokens.text("tenantId"), `tokens in ${file}`);
  const expiring = tokens?.findSecret("expiring");
  const suspension = readSuspension(config, options, find);

  return {
    kind: "deployed",
    stageUrl,
    origin,
    tenants: [first, second, ...more],
    badTokens: BAD_TOKEN_KINDS.flatMap((kind) => {
      const token = tokens?.findSecret(TOKEN_MEMBERS[kind]);
      return token === undefined || tokensOf === undefined
        ? []
        : [{ kind, tenant: tokensOf, token: () => Promise.resolve(token) }];
    }),
    expiring:
      expiring === undefined || tokensOf === undefined
        ? undefined
        : { tenant: tokensOf, token: () => Promise.resolve(expiring) },
    fetchKeys: findKeys(config, tokenUrl, signal),
    suspension,
    outage: undefined,
    bounds: readBounds(config),
    limits,
    hosts: [
      stageUrl.host,
      ...(tokenUrl === undefined ? [] : [`${tokenUrl.host} (for tokens)`]),
      ...(suspension === undefined ? [] : ["DynamoDB (one row)"]),
    ],
  };
}

function readBounds(config: ConfigReader): Bounds {
  const bounds = config.findObject("bounds");
  const read = (name: keyof Bounds): number =>
    bounds?.findSeconds(name, MAX_BOUND_SECONDS) ?? DEFAULT_BOUNDS[name];
  return {
    suspensionSeconds: read("suspensionSeconds"),
    expirySeconds: read("expirySeconds"),
    leewaySeconds: read("leewaySeconds"),
  };
}

function readTenant(
  tenant: ConfigReader,
  auth: ConfigReader | undefined,
  tokenUrl: URL | undefined,
  signal: AbortSignal,
): TargetTenant {
  const name = tenant.text("tenantId");
  const routes = parseRoutes(tenant.texts("routes"), name);
  const [request, ...requests] = ownRequests(routes);
  if (request === undefined) {
    throw refused(
      `none of the routes of ${name} opens GET or HEAD to every token: name one that does`,
    );
  }
  const token = tenant.findSecret("token");
  const own = [request, ...requests] as const;
  if (token !== undefined) {
    const kept = Promise.resolve(token.replace(/^bearer +/i, ""));
    return { name, routes, own, token: () => kept, mint: undefined };
  }
  if (auth === undefined || tokenUrl === undefined) {
    throw refused(
      `${name} has no token: give one, or clientId and clientSecret together with auth`,
    );
  }
  const credentials = {
    tokenUrl,
    audience: auth.text("audience"),
    clientId: tenant.text("clientId"),
    clientSecret: tenant.secret("clientSecret"),
    organization: tenant.findText("organization"),
  };
  return {
    name,
    routes,
    own,
    token: tokenByCredentials(credentials, name, signal),
    mint: undefined,
  };
}

function findKeys(
  config: ConfigReader,
  tokenUrl: URL | undefined,
  signal: AbortSignal,
): Target["fetchKeys"] {
  const file = config.findText("jwks");
  if (file !== undefined) return () => readJsonObject(file, "jwks");
  // The token endpoint's own host, which is given anyway; a key set is never looked for anywhere else.
  return tokenUrl === undefined
    ? undefined
    : () =>
        fetchJson(new URL("/.well-known/jwks.json", tokenUrl), "the key set", {
          signal,
        });
}

function readSuspension(
  config: ConfigReader,
  { suspend, file }: DeployedOptions,
  find: (name: string, where: string) => TargetTenant,
): Suspension | undefined {
  const table = config.findObject("table");
  if (suspend === undefined) return undefined;
  if (table === undefined) {
    throw refused(`--suspend needs the table in ${file}`);
  }
  const region = table.findText("region");
  const profile = table.findText("profile");
  return {
    tenant: find(suspend, "--suspend"),
    tableName: table.text("name"),
    tenantClaim: table.findText("tenantClaim") ?? "azp",
    client: {
      maxAttempts: 4,
      ...(region !== undefined && { region }),
      ...(profile !== undefined && { profile }),
    },
    cliOptions: [
      ...(region === undefined ? [] : [`--region ${region}`]),
      ...(profile === undefined ? [] : [`--profile ${profile}`]),
    ].join(" "),
  };
}

/** @throws VerifyError `file_unreadable` */
export async function readJsonObject(
  file: string,
  what: string,
): Promise<JsonObject> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code = "an error" } = error as NodeJS.ErrnoException;
    throw new VerifyError(
      "file_unreadable",
      `${what}: the file ${file} cannot be read: ${code}`,
      error,
    );
  }
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Falls through. The parser's message would repeat what stands there, which may be a secret.
  }
  throw new VerifyError(
    "file_unreadable",
    `${what}: the file ${file} does not hold a JSON object`,
  );
}
