/** The alarms on usage keys, raised by the deployed bundle before an account that is full, or a control plane that refuses. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFunctions } from "../../local/functions/functions.ts";
import { resourcesOfType } from "../../local/stack.ts";
import {
  type Deployment,
  buildDeployment,
  variablesOf,
} from "../drills/deployment.ts";
import {
  embeddedPoints,
  type LoggedLine,
  type MetricPoint,
} from "../support/cloudwatch/metric-points.ts";
import { lambdaPoints, minuteMs, statesOf } from "./watch.ts";

/** How API Gateway answers who makes a key. */
const ANSWERS = {
  made: { status: 201, type: "", body: { id: "abcde12345" } },
  full: { status: 429, type: "LimitExceededException", body: {} },
  refused: { status: 403, type: "AccessDeniedException", body: {} },
};
let answer: keyof typeof ANSWERS = "made";

let deployment: Deployment;
let account: Server;
beforeAll(async () => {
  const plans = { free: { rate: 10, burst: 20 } };
  deployment = await buildDeployment({ plans });
  account = createServer((request, response) => {
    const { method = "", url = "" } = request;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const target = String(request.headers["x-amz-target"] ?? "");
      const { status, type, body } = url.startsWith("/apikeys")
        ? method === "POST"
          ? named(ANSWERS[answer], Buffer.concat(chunks))
          : { status: 200, type: "", body: { item: [] } }
        : { status: 200, type: "", body: contentOf(target) };
      response.writeHead(status, {
        "content-type": "application/json",
        ...(type && { "x-amzn-errortype": type }),
      });
      response.end(JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(account, "listening");
}, 180_000);
afterAll(async () => {
  account.close();
  account.closeAllConnections();
  await deployment[Symbol.asyncDispose]();
});

/** With the name that was asked for. */
function named(
  { status, type, body }: (typeof ANSWERS)[keyof typeof ANSWERS],
  request: Buffer,
) {
  const { name } = JSON.parse(request.toString()) as { name: string };
  return { status, type, body: { ...body, name } };
}

/** The tenant table has one row, which has no key. */
function contentOf(target: string): object {
  return target.endsWith(".Scan")
    ? { Items: [{ azp: { S: "client" }, tenantId: { S: "acme" } }] }
    : {};
}

/** A sweep, and two more if it fails, as Lambda has it; and what is measured of them. */
async function sweep(): Promise<readonly MetricPoint[]> {
  const { stack } = deployment;
  const keeper = resourcesOfType(stack, "AWS::Lambda::Function").find(
    (resource) => "USAGE_PLAN_IDS" in variablesOf(resource),
  );
  if (keeper === undefined) throw new Error("no function that makes keys");
  const url = `http://127.0.0.1:${(account.address() as AddressInfo).port}`;
  const lines: LoggedLine[] = [];
  const functions = createFunctions({
    stack,
    stateDirectory: deployment.directory,
    switches: {
      AWS_ENDPOINT_URL_API_GATEWAY: url,
      AWS_ENDPOINT_URL_DYNAMODB: url,
    },
    onLog: ({ line }) => lines.push({ line, atMs: minuteMs(0) }),
  });
  const runs: MetricPoint[] = [];
  try {
    for (let tries = 0; tries < 3; tries += 1) {
      const { kind, durationMs } = await functions.invoke(keeper.logicalId, {});
      const isError = kind === "error";
      const run = { atMs: minuteMs(0), durationMs, isError };
      runs.push(...lambdaPoints(stack, keeper, run));
      if (!isError) break;
    }
  } finally {
    await functions.stop();
  }
  return [...runs, ...embeddedPoints(lines)];
}

const states = (section: string, points: readonly MetricPoint[]) =>
  statesOf(deployment.stack, section, points);

test("a sweep that makes a key raises nothing", async () => {
  answer = "made";
  const points = await sweep();
  const made = points.find(({ name }) => name === "TenantKeysMade");
  expect(made?.value).toBe(1);
  expect(states("keys-failing", points)).toEqual(["OK"]);
  expect(states("key-limit", points)).toEqual(["OK"]);
}, 60_000);

test("key-limit is raised when the account has as many keys as it may", async () => {
  answer = "full";
  const points = await sweep();
  expect(states("key-limit", points)).toEqual(["ALARM"]);
  expect(states("keys-failing", points)).toEqual(["OK"]);
}, 60_000);

test("keys-failing is raised when API Gateway refuses to make a key", async () => {
  answer = "refused";
  const points = await sweep();
  expect(states("keys-failing", points)).toEqual(["ALARM"]);
}, 60_000);
