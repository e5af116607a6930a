import { setTimeout as sleep } from "node:timers/promises";
import { ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import { eventually } from "../functions/fixture-functions.ts";
import { call, findApplication, mintFresh } from "./run-client.ts";

/** One token in a quarter of an hour: whatever the machine does meanwhile, the bucket stays empty. */
const PLANS = {
  free: { rate: 0.001, burst: 3 },
  pro: { rate: 10_000, burst: 5_000 },
};

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun({
    context: { plans: PLANS, defaultPlan: "free" },
  });
}, 90_000);
afterAll(() => run.stop());

/** The names of the keys in a plan, without the API and stage that they begin with. */
function keysIn(plan: string): readonly string[] {
  const { plans, keys } = run.gateway.usagePlans;
  const found = plans.find(({ name }) => name.endsWith(`-${plan}`));
  return keys
    .listPlan(found?.id ?? "")
    .map(({ name }) => name.split("/").slice(2).join("/"))
    .filter((name) => name !== "");
}

async function moveTo(plan: string, application: string): Promise<void> {
  const { tableName, tenantClaim } = run.endpoints;
  await run.tableClient.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: {
        [tenantClaim]: { S: findApplication(run, application).clientId },
      },
      UpdateExpression: "SET #plan = :plan",
      ExpressionAttributeNames: { "#plan": "plan" },
      ExpressionAttributeValues: { ":plan": { S: plan } },
    }),
  );
}

/** How many of so many requests got each status. */
async function count(
  requests: number,
  path: string,
  token: string,
): Promise<Readonly<Record<number, number>>> {
  const statuses: Record<number, number> = {};
  for (let sent = 0; sent < requests; sent += 1) {
    const { status } = await call(run, path, token);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

/** Whether every row has its key confirmed. */
function areConfirmed(): Promise<boolean> {
  return run.tableClient
    .send(new ScanCommand({ TableName: run.endpoints.tableName }))
    .then(({ Items: items = [] }) =>
      items.every((item) => item["usageKey"] !== undefined),
    );
}

test("tenants that were there before the plans get a key each, from the sweep", async () => {
  await eventually(
    () =>
      ["acme", "globex", "initech", "umbrella"].every((tenantId) =>
        keysIn("free").includes(`${tenantId}/free`),
      ),
    60_000,
  );
  while (!(await areConfirmed())) await sleep(100);
}, 90_000);

describe("when one tenant has a plan of its own", () => {
  beforeAll(async () => {
    await moveTo("pro", "Globex import");
    await eventually(() => keysIn("pro").includes("globex/pro"), 60_000);
    // The key is confirmed, known to the authorizer, and the answers from before it are gone.
    await eventually(() => run.eventSources.pending() === 0, 60_000);
  }, 120_000);

  test("a tenant over its plan gets 429 while 1,000 requests of another all pass", async () => {
    const acme = await mintFresh(run, "Acme import");
    const globex = await mintFresh(run, "Globex import");
    const flood = count(100, "/acme/orders", acme);
    const others = count(1000, "/globex/invoices", globex);
    expect(await others).toEqual({ 200: 1000 });
    expect(await flood).toEqual({ 200: 3, 429: 97 });
  }, 60_000);

  test("the 429 says when to try again, and what it is", async () => {
    const { status, body, headers } = await call(
      run,
      "/acme/orders",
      await mintFresh(run, "Acme import"),
    );
    expect({ status, error: body["error"] }).toEqual({
      status: 429,
      error: "throttled",
    });
    expect(headers.get("retry-after")).toBe("1");
  });

  test("a key that a client sends gets it nothing", async () => {
    const { keys } = run.gateway.usagePlans;
    const rich = keys.list().find(({ name }) => name.endsWith("globex/pro"));
    const response = await fetch(`${run.endpoints.gateway}/acme/orders`, {
      headers: {
        authorization: `Bearer ${await mintFresh(run, "Acme import")}`,
        "x-api-key": rich?.value ?? "",
      },
    });
    expect(rich?.value).toMatch(/^tenantkey/);
    expect(response.status).toBe(429);
  });

  test("refused callers are told why, though there are many of them", async () => {
    const token = await mintFresh(run, "Initech import");
    expect(await count(20, "/initech/tps", token)).toEqual({ 403: 20 });
  });
});
