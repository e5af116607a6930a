/** The local run, as it describes itself in `.local/endpoints.json` (see `npm start`). */
import { readFile } from "node:fs/promises";
import { isJsonObject, own } from "../../../lambda/core/json.ts";
import { parseMethodArn } from "../../../lambda/core/method-arn.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { ClientOptions } from "../world.ts";
import { readAuthorizerSettings } from "./authorizer-settings.ts";
import type { ApiRoute, Deployment } from "./deployment.ts";

export const ENDPOINTS_FILE = ".local/endpoints.json";

export interface LocalRun {
  readonly deployment: Deployment;
  readonly dynamoDb: ClientOptions;
  readonly tokenUrl: string;
  readonly audience: string;
  readonly applications: readonly LocalApplication[];
}

/** An application that the local issuer gives tokens to. */
export interface LocalApplication {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly organization: string | undefined;
}

const START_IT = "start it with npm start, in another terminal";

/** @param file `.local/endpoints.json` in the repository, or where the run was told to put it */
export async function readLocalRun(file: string): Promise<LocalRun> {
  const endpoints = await readEndpoints(file);
  const text = (name: string): string => {
    const value = own(endpoints, name);
    if (typeof value === "string") return value;
    throw unreadable(file, `it has no ${name}`);
  };
  const texts = (name: string): readonly string[] => {
    const value = own(endpoints, name);
    return Array.isArray(value)
      ? value.filter((entry) => typeof entry === "string")
      : [];
  };
  const audience = text("audience");
  const stageArn = own(endpoints, "stageArn");
  const routes = own(endpoints, "apiRoutes");
  const plans = own(endpoints, "plans");
  const claim = own(endpoints, "tenantClaim");
  const region = own(endpoints, "region");
  const environment = own(endpoints, "authorizerEnvironment");

  return {
    deployment: {
      name: "the local run",
      tableName: text("tableName"),
      stage:
        typeof stageArn === "string"
          ? parseMethodArn(`${stageArn}/`)
          : undefined,
      apiUrl: text("gateway"),
      authorizer: isJsonObject(environment)
        ? readAuthorizerSettings(environment)
        : {
            ...readAuthorizerSettings({}),
            tenantClaim: typeof claim === "string" ? claim : undefined,
            issuers: [text("issuer")],
            audiences: [audience],
          },
      findApiRoutes: () =>
        Promise.resolve(
          Array.isArray(routes)
            ? texts("apiRoutes").map(parseApiRoute)
            : undefined,
        ),
      findPlans: () =>
        Promise.resolve(Array.isArray(plans) ? texts("plans") : undefined),
    },
    dynamoDb: {
      endpoint: text("dynamodb"),
      region: typeof region === "string" ? region : "eu-central-1",
      // The table on this machine asks for some, and looks at none.
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    },
    tokenUrl: text("oauthToken"),
    audience,
    applications: readApplications(own(endpoints, "tenants")),
  };
}

async function readEndpoints(
  file: string,
): Promise<Readonly<Record<string, unknown>>> {
  let content: string;
  try {
    content = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new CommandError(
      EXIT.unreachable,
      "local_run_not_started",
      `there is no local run: ${file} does not exist`,
      [START_IT],
    );
  }
  try {
    const endpoints: unknown = JSON.parse(content);
    if (isJsonObject(endpoints)) return endpoints;
  } catch {
    // Falls through: what is not JSON is as unreadable as what is not an object.
  }
  throw unreadable(file, "it is not a JSON object");
}

function unreadable(file: string, why: string): CommandError {
  return new CommandError(
    EXIT.unreachable,
    "local_run_unreadable",
    `${file} does not describe a local run: ${why}`,
    [START_IT],
  );
}

/** `"ANY /{proxy+}"` */
function parseApiRoute(text: string): ApiRoute {
  const [method = "", path = ""] = text.split(" ");
  return { method, path };
}

function readApplications(tenants: unknown): readonly LocalApplication[] {
  if (!Array.isArray(tenants)) return [];
  return tenants.filter(isJsonObject).map((tenant) => {
    const organization = own(tenant, "organization");
    return {
      tenantId: String(own(tenant, "tenantId")),
      clientId: String(own(tenant, "clientId")),
      clientSecret: String(own(tenant, "clientSecret")),
      organization: typeof organization === "string" ? organization : undefined,
    };
  });
}
