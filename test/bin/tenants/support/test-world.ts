/** A world for the command: what it writes is kept, and what it asks is answered by the test. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { runTenants } from "../../../../bin/tenants/program.ts";
import type {
  ApiGateway,
  CloudFormation,
  World,
} from "../../../../bin/tenants/world.ts";

/** 2026-06-01T12:00:00Z, in seconds. */
export const NOW = 1_780_315_200;

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as JSON. */
  readonly json: () => unknown;
}

const unused = (what: string) => (): never => {
  throw new Error(`the command must not use ${what} here`);
};

/** Runs a command line as typed, quotes understood. */
export async function run(
  line: string | readonly string[],
  overrides: Partial<World> = {},
): Promise<Run> {
  let stdout = "";
  let stderr = "";
  const world: World = {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    isInteractive: false,
    isStderrTerminal: false,
    ask: unused("a question"),
    readStdin: unused("stdin"),
    env: {},
    now: () => NOW * 1_000,
    sleep: () => Promise.resolve(),
    fetch: unused("the network"),
    catchInterrupt: () => new AbortController().signal,
    aws: awsOf({
      apiGateway: () => apiGatewayOf(["ANY /", "ANY /{proxy+}"]),
    }),
    ...overrides,
  };
  const argv = typeof line === "string" ? splitWords(line) : line;
  const exitCode = await runTenants(argv, world);
  return {
    exitCode,
    stdout,
    stderr,
    json: () => JSON.parse(stdout) as unknown,
  };
}

/** As a shell divides words, as far as the examples go. */
export function splitWords(line: string): readonly string[] {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(["'])(.*)\1$/, "$2"));
}

/** API Gateway with an API of these routes, as `"GET /orders"`. */
export function apiGatewayOf(routes: readonly string[]): ApiGateway {
  return stubClient({
    GetResourcesCommand: () => ({
      items: routes.map((route) => {
        const [method = "", path] = route.split(" ");
        return { path, resourceMethods: { [method]: {} } };
      }),
    }),
  }).client;
}

/** What a test's world has of AWS: the table's client, and the clients given. */
export function awsOf(clients: Partial<World["aws"]>): World["aws"] {
  return {
    dynamoDb: (options) => new DynamoDBClient({ ...options, maxAttempts: 1 }),
    cloudFormation: unused("CloudFormation"),
    apiGateway: unused("API Gateway"),
    ...clients,
  };
}

/** A client that answers each command by its name, and keeps what it was asked. */
export function stubClient(
  answers: Readonly<Record<string, (input: never) => unknown>>,
): {
  readonly client: CloudFormation & ApiGateway;
  readonly asked: readonly { readonly name: string; readonly input: unknown }[];
} {
  const asked: { name: string; input: unknown }[] = [];
  const send = async (command: { input: never }): Promise<unknown> => {
    const { name } = command.constructor;
    asked.push({ name, input: command.input });
    const answer = answers[name];
    if (answer === undefined) throw new Error(`no answer to ${name}`);
    return await Promise.resolve(answer(command.input));
  };
  return { client: { send: send as never }, asked };
}
