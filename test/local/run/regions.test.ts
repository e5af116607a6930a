/** Two stacks, one of them on a replica of the other's table, as two regions have them. */
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import { replicate, type Replication } from "../../support/replication.ts";
import { call, findApplication, mintFresh } from "./run-client.ts";

const APPLICATION = "Acme web app";
const STREAM_ARN =
  "arn:aws:dynamodb:us-east-1:123456789012:table/acme-tenants/stream/2026-01-01T00:00:00.000";

let home: LocalRun;
let away: LocalRun;
let replication: Replication;

beforeAll(async () => {
  home = await startLocalRun({
    context: { region: "eu-central-1", replicaRegions: "us-east-1" },
  });
  away = await startLocalRun({ context: { tableStreamArn: STREAM_ARN } });
  replication = replicate(home, away);
}, 120_000);
afterAll(async () => {
  await replication.stop();
  await away.stop();
  await home.stop();
});

test("the replica's stack runs on the replica: its table, its region, its stream", () => {
  expect(home.endpoints.region).toBe("eu-central-1");
  expect(away.endpoints).toMatchObject({
    region: "us-east-1",
    tableName: "acme-tenants",
  });
});

test("a suspension at home empties both gateways, and both refuse a token that they kept an answer for", async () => {
  const tokens = await keepAnswers();
  await setStatus(home, "suspended");
  await Promise.all([
    waitForStatus(home, tokens.home, 403),
    waitForStatus(away, tokens.away, 403),
  ]);
  expect(home.controlPlane.flushes.length).toBeGreaterThan(0);
  expect(away.controlPlane.flushes.length).toBeGreaterThan(0);
  await resume();
}, 90_000);

test("while nothing passes between them, the other region goes on allowing, until it is told there", async () => {
  const tokens = await keepAnswers();
  await replication.cut();
  await setStatus(home, "suspended");
  await waitForStatus(home, tokens.home, 403);
  expect((await call(away, "/acme/orders", tokens.away)).status).toBe(200);

  // What docs/regions.md has an operator do.
  await setStatus(away, "suspended");
  await waitForStatus(away, tokens.away, 403);
  await resume();
}, 90_000);

test("what was held up bites when it arrives, with nothing done there", async () => {
  const tokens = await keepAnswers();
  await replication.cut();
  await setStatus(home, "suspended");
  await waitForStatus(home, tokens.home, 403);
  replication.heal();
  await waitForStatus(away, tokens.away, 403);
  await resume();
}, 90_000);

/** A token in each region whose answer the gateway there has kept. */
async function keepAnswers(): Promise<{
  readonly home: string;
  readonly away: string;
}> {
  const [atHome, elsewhere] = await Promise.all(
    [home, away].map(async (run) => {
      const token = await mintFresh(run, APPLICATION);
      await waitForStatus(run, token, 200);
      return token;
    }),
  );
  return { home: atHome ?? "", away: elsewhere ?? "" };
}

async function resume(): Promise<void> {
  replication.heal();
  await Promise.all([setStatus(home, "active"), setStatus(away, "active")]);
}

async function setStatus(run: LocalRun, status: string): Promise<void> {
  const { tenantClaim, tableName } = run.endpoints;
  await run.tableClient.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { [tenantClaim]: { S: findApplication(run, APPLICATION).clientId } },
      UpdateExpression: "SET #status = :status",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":status": { S: status } },
    }),
  );
}

async function waitForStatus(
  run: LocalRun,
  token: string,
  status: number,
): Promise<void> {
  await expect
    .poll(async () => (await call(run, "/acme/orders", token)).status, {
      timeout: 30_000,
      interval: 250,
    })
    .toBe(status);
}
