/** The local run, as it describes itself in `.local/endpoints.json` (see `npm start`). */
import { readFile } from "node:fs/promises";
import { isJsonObject, own } from "../../../lambda/core/json.ts";
import { parseMethodArn } from "../../../lambda/core/method-arn.ts";
import { COMMAND_NAMES } from "../../../lib/command-names.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { AwsClients, ClientOptions } from "../world.ts";
import { findApiRoutes } from "./api.ts";
import { readAuthorizerSettings } from "./authorizer-settings.ts";
import type { Deployment } from "./deployment.ts";

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

const START_IT = `start it with ${COMMAND_NAMES.localRun}, in another terminal`;

/** @param file `.local/endpoints.json` beside where the run was started, or where it was told to put it */
export async function readLocalRun(
  file: string,
  aws: AwsClients,
): Promise<LocalRun> {
  const endpoints = await readEndpoints(file);
  const find = (name: string): string | undefined => {
    const value = own(endpoints, name);
    return typeof value === "string" ? value : undefined;
  };
  const text = (name: string): string => {
    const value = find(name);
    if (value === undefined) throw unreadable(file, `it has no ${name}`);
    return value;
  };
  const audience = text("audience");
  const client = (endpoint: string): ClientOptions => ({
    endpoint,
    region: find("region") ?? "eu-central-1",
    // What runs on this machine asks for some, and looks at none.
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const stage = parseMethodArn(`${find("stageArn") ?? ""}/`);
  const apiGateway = find("apiGateway");
  const environment = own(endpoints, "authorizerEnvironment");
  const plans = own(endpoints, "plans");

  return {
    deployment: {
      name: "the local run",
      tableName: text("tableName"),
      stage,
      apiUrl: text("gateway"),
      authorizer: isJsonObject(environment)
        ? readAuthorizerSettings(environment)
        : {
            ...readAuthorizerSettings({}),
            tenantClaim: find("tenantClaim"),
            issuers: [text("issuer")],
            audiences: [audience],
          },
      findApiRoutes: async () =>
        stage && apiGateway !== undefined
          ? await findApiRoutes(aws.apiGateway(client(apiGateway)), stage)
          : undefined,
      findPlans: () =>
        Promise.resolve(
          Array.isArray(plans)
            ? plans.filter((plan) => typeof plan === "string")
            : undefined,
        ),
    },
    dynamoDb: client(text("dynamodb")),
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
