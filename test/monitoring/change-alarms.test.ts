/** The alarms on changes of tenants, raised by the deployed bundle before a control plane that refuses, or by a late stream. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startEventSources } from "../../local/event-sources/event-sources.ts";
import { createFunctions } from "../../local/functions/functions.ts";
import { attributeOf } from "../../local/stack-identifiers.ts";
import { resourcesOfType, type StackResource } from "../../local/stack.ts";
import { createTableStream } from "../../local/streams/table-stream.ts";
import { type Deployment, buildDeployment } from "../drills/deployment.ts";
import { eventually } from "../local/functions/fixture-functions.ts";
import {
  embeddedPoints,
  type LoggedLine,
  type MetricPoint,
} from "../support/cloudwatch/metric-points.ts";
import { lambdaPoints, minuteMs, statesOf } from "./watch.ts";

let deployment: Deployment;
let controlPlane: Server;
/** What API Gateway answers to a flush: 202 takes it on, 403 is not tried again by the SDK. */
let answer = 202;

beforeAll(async () => {
  deployment = await buildDeployment();
  controlPlane = createServer((_request, response) => {
    response.writeHead(answer, { "content-type": "application/json" });
    response.end("{}");
  }).listen(0, "127.0.0.1");
  await once(controlPlane, "listening");
}, 180_000);
afterAll(async () => {
  controlPlane.close();
  controlPlane.closeAllConnections();
  await deployment[Symbol.asyncDispose]();
});
beforeEach(() => {
  answer = 202;
});

/** One change of a row, until the stream is rid of it; and what came of it. */
async function change({
  secondsAgo,
}: {
  readonly secondsAgo: number;
}): Promise<{
  readonly points: readonly MetricPoint[];
  readonly givenUp: number;
}> {
  const { stack } = deployment;
  const lines: LoggedLine[] = [];
  const runs: MetricPoint[] = [];
  await using functions = disposable(
    createFunctions({
      stack,
      stateDirectory: deployment.directory,
      switches: {
        AWS_ENDPOINT_URL_API_GATEWAY: `http://127.0.0.1:${(controlPlane.address() as AddressInfo).port}`,
      },
      onLog: ({ line }) => lines.push({ line, atMs: minuteMs(0) }),
    }),
  );
  const [table] = resourcesOfType(stack, "AWS::DynamoDB::GlobalTable");
  if (table === undefined) throw new Error("no table");
  const arn = attributeOf(table, "StreamArn", stack);
  const stream = createTableStream({
    tableName: "tenants",
    arn,
    region: stack.region,
    keyAttributes: ["azp"],
  });
  const sources = startEventSources({
    stack,
    streams: new Map([[arn, stream]]),
    pauseMs: () => 0,
    invokeFunction: async (logicalId, event) => {
      const result = await functions.invoke(logicalId, event);
      const { durationMs, kind } = result;
      const run = { atMs: minuteMs(0), durationMs, isError: kind === "error" };
      runs.push(...lambdaPoints(stack, functionOf(logicalId), run));
      return result;
    },
  });
  const keys = { azp: { S: "client" } };
  const newImage = { ...keys, status: { S: "suspended" } };
  const atMs = Date.now() - secondsAgo * 1_000;
  stream.add({ keys, oldImage: keys, newImage, atMs });
  const messages = () => sources.queues.flatMap((queue) => queue.messages);
  const isReported = () => embeddedPoints(lines).length > 0;
  // A report is written before the run's end is known: the pending record goes last.
  await eventually(
    () => (isReported() || messages().length > 0) && sources.pending() === 0,
    90_000,
  );
  sources.stop();
  return {
    points: [
      ...runs,
      ...embeddedPoints(lines),
      ...queuePoints(messages().length),
    ],
    givenUp: messages().length,
  };
}

function functionOf(logicalId: string): StackResource {
  const found = deployment.stack.resources.get(logicalId);
  if (found === undefined) throw new Error(`no ${logicalId}`);
  return found;
}

/** What SQS measures of the dead-letter queue. */
function queuePoints(value: number): readonly MetricPoint[] {
  const { stack } = deployment;
  return resourcesOfType(stack, "AWS::SQS::Queue").map((queue) => ({
    namespace: "AWS/SQS",
    name: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: attributeOf(queue, "QueueName", stack) },
    value,
    atMs: minuteMs(0),
  }));
}

function disposable<Stopped extends { readonly stop: () => Promise<void> }>(
  stopped: Stopped,
): Stopped & AsyncDisposable {
  return { ...stopped, [Symbol.asyncDispose]: stopped.stop };
}

const states = (section: string, points: readonly MetricPoint[]) =>
  statesOf(deployment.stack, section, points);

test("a change that is flushed for raises nothing", async () => {
  const { points } = await change({ secondsAgo: 0 });
  expect(points.map(({ name }) => name)).toContain("RevocationLagSeconds");
  for (const section of [
    "changes-given-up",
    "flush-failing",
    "late-revocations",
  ]) {
    expect([section, states(section, points)]).toEqual([section, ["OK"]]);
  }
}, 120_000);

test("flush-failing is raised when API Gateway refuses a flush, and changes-given-up when it goes on refusing", async () => {
  answer = 403;
  const { points, givenUp } = await change({ secondsAgo: 0 });
  expect(givenUp).toBe(1);
  expect(states("flush-failing", points)).toEqual(["ALARM"]);
  expect(states("changes-given-up", points)).toEqual(["ALARM"]);
}, 120_000);

test("late-revocations is raised when the stream brings a change a minute late", async () => {
  const { points } = await change({ secondsAgo: 60 });
  expect(states("late-revocations", points)).toEqual(["ALARM"]);
  expect(states("flush-failing", points)).toEqual(["OK"]);
}, 120_000);
