/** The alarms on the API's stage and the saved queries, held against what the local run measures and logs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../local/local-run.ts";
import { resourcesOfType, type StackResource } from "../../local/stack.ts";
import { eventually } from "../local/functions/fixture-functions.ts";
import { call, mintFresh } from "../local/run/run-client.ts";
import { select } from "../support/cloudwatch/filter-pattern.ts";
import {
  logGroupOf,
  type MetricPoint,
} from "../support/cloudwatch/metric-points.ts";
import { lambdaPoints, minuteMs, statesOf } from "./watch.ts";

let run: LocalRun;
let authorizer: StackResource;
const functionLines: string[] = [];
beforeAll(async () => {
  run = await startLocalRun({
    onFunctionLog: ({ line }) => functionLines.push(line),
  });
  const found = resourcesOfType(run.stack, "AWS::Lambda::Function").find(
    ({ properties }) => JSON.stringify(properties).includes("AUTH0_ISSUERS"),
  );
  if (found === undefined) throw new Error("no authorizer");
  authorizer = found;
}, 180_000);
afterAll(() => run.stop());

/** What the gateway and Lambda measured of these requests, in this minute. */
async function measure(
  minute: number,
  request: () => Promise<unknown>,
): Promise<readonly MetricPoint[]> {
  const from = run.accessLog.length;
  await request();
  const [stage] = run.gateway.stages;
  if (stage === undefined) throw new Error("no stage");
  const [api] = resourcesOfType(run.stack, "AWS::ApiGateway::RestApi");
  const atMs = minuteMs(minute);
  return run.accessLog.slice(from).flatMap(({ status, authorizer: ran }) => [
    ...["Count", "5XXError"].map((name) => ({
      namespace: "AWS/ApiGateway",
      name,
      dimensions: {
        ApiName: String(api?.properties["Name"]),
        Stage: stage.stageName,
      },
      value: name === "Count" || status >= 500 ? 1 : 0,
      atMs,
    })),
    ...(ran === undefined
      ? []
      : lambdaPoints(run.stack, authorizer, {
          atMs,
          durationMs: ran.durationMs,
          isError: status >= 500,
        })),
  ]);
}

async function repeat(times: number, act: () => Promise<unknown>) {
  for (let time = 0; time < times; time += 1) await act();
}

describe("good traffic: a hundred requests with one token", () => {
  let points: readonly MetricPoint[];
  beforeAll(async () => {
    const token = await mintFresh(run, "Acme import");
    points = await measure(0, () =>
      repeat(100, () => call(run, "/acme/orders", token)),
    );
  }, 60_000);

  test.each(["server-errors", "cache-misses"])("%s stays OK", (section) => {
    expect(points.filter(({ name }) => name === "Count")).toHaveLength(100);
    expect(statesOf(run.stack, section, points)).toEqual(["OK"]);
  });
});

test("cache-misses is raised by a new token for each request", async () => {
  const points = await measure(0, () =>
    repeat(100, async () =>
      call(run, "/acme/orders", await mintFresh(run, "Acme import")),
    ),
  );
  expect(statesOf(run.stack, "cache-misses", points)).toEqual(["ALARM"]);
  expect(statesOf(run.stack, "server-errors", points)).toEqual(["OK"]);
}, 60_000);

test("server-errors is raised while the table is down", async () => {
  await run.functions.recycle();
  const token = await mintFresh(run, "Globex import");
  await run.table.stop();
  const points: MetricPoint[] = [];
  for (const minute of [0, 1]) {
    points.push(
      ...(await measure(minute, () =>
        repeat(20, () => call(run, "/globex/invoices", token)),
      )),
    );
  }
  await run.table.start();
  expect(statesOf(run.stack, "server-errors", points)).toEqual(["OK", "ALARM"]);
}, 90_000);

describe("the saved queries", () => {
  /** Words of the language, and what a query names itself. */
  const KNOWN =
    /^(?:fields|filter|stats|sort|limit|by|as|in|or|and|count|sum|max|bin|asc|desc|1m|5m|50)$/;

  /** Fields that a query reads: its words, but for the language's, texts, comments and what it names with `as`. */
  function fieldsOf(query: string): readonly string[] {
    const code = query.replaceAll(/^#.*$/gm, "").replaceAll(/"[^"]*"/g, "");
    const named = [...code.matchAll(/\bas (\w+)/g)].map(([, name]) => name);
    return [...new Set(code.match(/@?[A-Za-z0-9][\w.]*/g) ?? [])].filter(
      (word) =>
        !KNOWN.test(word) && !named.includes(word) && !/^\d+$/.test(word),
    );
  }

  let requests: readonly unknown[];
  let decisions: readonly unknown[];
  beforeAll(async () => {
    const suspended = await mintFresh(run, "Initech import");
    const token = await mintFresh(run, "Acme import");
    await call(run, "/initech/tps", suspended);
    await run.functions.recycle();
    await run.issuer.stop();
    await call(run, "/acme/orders", token);
    await run.issuer.start();
    requests = run.accessLog.map(({ rendered }) => rendered);
    decisions = await eventually(() => {
      const lines = functionLines
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as unknown);
      const has = (selector: string, value: unknown) =>
        lines.some((line) => select(line, selector) === value);
      return (
        has("$.message.reason", "tenant_suspended") &&
        has("$.message.reason", "keys_unavailable") &&
        lines
      );
    });
  }, 60_000);

  /** The lines of the logs that a query reads. */
  function linesOf({ properties }: StackResource): readonly unknown[] {
    const decisionsLog = logGroupOf(run.stack, authorizer.logicalId);
    return (properties["LogGroupNames"] as readonly string[]).flatMap((name) =>
      name === decisionsLog ? decisions : requests,
    );
  }

  test("name only fields that a line has, in the log that they read", () => {
    const queries = resourcesOfType(run.stack, "AWS::Logs::QueryDefinition");
    expect(queries).toHaveLength(7);
    for (const query of queries) {
      const name = query.properties["Name"];
      const fields = fieldsOf(String(query.properties["QueryString"]));
      expect(fields.length).toBeGreaterThan(1);
      const lines = linesOf(query);
      const missing = fields
        .filter((field) => field !== "@timestamp")
        .filter((field) =>
          lines.every((line) => select(line, `$.${field}`) === undefined),
        );
      expect([name, missing]).toEqual([name, []]);
    }
  });

  test("lead from a request's line to its decision's", () => {
    const refused = run.accessLog.findLast(
      ({ reason }) => reason === "tenant_suspended",
    );
    const runId = select(refused?.rendered, "$.authorizerRequestId");
    expect(select(refused?.rendered, "$.requestId")).toBe(refused?.requestId);
    const decision = decisions.find(
      (line) =>
        select(line, "$.requestId") === runId &&
        select(line, "$.message.outcome") !== undefined,
    );
    expect(select(decision, "$.message.reason")).toBe("tenant_suspended");
  });
});
