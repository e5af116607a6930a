/** Drills from the console: whose token opens what, changes of access, outages and keys. */
import { setTimeout as sleep } from "node:timers/promises";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AccessChange, MatrixView } from "../../../local/console/api.ts";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import {
  getState,
  getTenants,
  getToken,
  post,
  sendRequest,
  waysOf,
} from "./console-client.ts";

let run: LocalRun;
beforeAll(async () => {
  run = await startLocalRun();
}, 60_000);
afterAll(() => run.stop());

/** A row that is known to the table alone; its only application is named like the tenant. */
async function addTenant(
  tenantId: string,
  route = `GET /${tenantId}/orders`,
): Promise<void> {
  const Item = {
    azp: { S: tenantId },
    tenantId: { S: tenantId },
    status: { S: "active" },
    routes: { SS: [route] },
  };
  const TableName = run.endpoints.tableName;
  await run.tableClient.send(new PutItemCommand({ TableName, Item }));
}

describe("the matrix", () => {
  test("leaves the cache alone, and opens to each application its own routes alone", async () => {
    await post(run, "/api/cache/flush");
    const { body } = await post(run, "/api/matrix");
    const { rows, requests } = body as MatrixView;
    expect(rows.length).toBe(run.endpoints.tenants.length);
    for (const { tenantId, cells } of rows) {
      const opened = requests.filter((_, index) => cells[index] !== "deny");
      for (const request of opened)
        expect(request.tenantIds).toEqual([tenantId]);
      expect([tenantId, opened.length > 0]).toEqual([
        tenantId,
        tenantId !== "initech",
      ]);
    }
    expect(rows.find(({ tenantId }) => tenantId === "initech")?.reason).toBe(
      "tenant_suspended",
    );
    expect((await getState(run)).cachedAnswers).toBe(0);
  });

  test("names what is open although only another tenant's routes name it", async () => {
    await addTenant("greedy", "GET /globex/*");
    const { body } = await post(run, "/api/matrix");
    const { rows, requests } = body as MatrixView;
    const greedy = rows.find(({ tenantId }) => tenantId === "greedy");
    const foreign = requests.filter(
      (_, index) => greedy?.cells[index] === "foreign",
    );
    expect(foreign.map(({ path }) => path)).toEqual([
      "/globex/invoices",
      "/globex/invoices/sample",
    ]);
  });
});

describe("a change of access", () => {
  const LIMIT_MS = 10_000;

  const change = async (
    tenantId: string,
    kind: string,
  ): Promise<AccessChange> => {
    const { body } = await post(run, "/api/tenants/access", {
      tenantId,
      change: kind,
    });
    const { id } = body as AccessChange;
    for (;;) {
      const { changes } = await getState(run);
      const current = changes.find((candidate) => candidate.id === id);
      if (current !== undefined && current.state !== "waiting") return current;
      await sleep(100);
    }
  };

  test("suspend and resume are written to every record, and seen at the gateway within seconds", async () => {
    const suspended = await change("acme", "suspend");
    expect(suspended).toMatchObject({
      records: 2,
      answerBefore: "200",
      answerNow: "403 tenant_suspended",
      state: "seen",
      flushedAfterMs: expect.any(Number) as number,
    });
    expect(suspended.effectAfterMs).toBeLessThan(LIMIT_MS);
    const { tenants } = await getTenants(run);
    const acme = tenants.find(({ tenantId }) => tenantId === "acme");
    expect(acme?.records.map(({ status }) => status)).toEqual([
      "suspended",
      "suspended",
    ]);

    const again = await change("acme", "suspend");
    expect(again).toMatchObject({ state: "not_watched" });

    const resumed = await change("acme", "resume");
    expect(resumed).toMatchObject({ answerNow: "200", state: "seen" });
    expect(resumed.effectAfterMs).toBeLessThan(LIMIT_MS);
  }, 60_000);

  test("a log-out refuses the tokens from before", async () => {
    const loggedOut = await change("globex", "log_out");
    expect(loggedOut).toMatchObject({
      answerBefore: "200",
      answerNow: "403 token_revoked",
      state: "seen",
    });
  }, 30_000);
});

describe("with the table down", () => {
  beforeAll(async () => {
    await addTenant("unseen");
    // The console knows the row from now on, and the authorizer does not.
    await getTenants(run);
    await post(run, "/api/services", { service: "table", isUp: false });
  });
  afterAll(() => post(run, "/api/services", { service: "table", isUp: true }));

  test("a tenant that was not seen before is 503, which ends at its record", async () => {
    const token = await getToken(run, { application: "unseen" });
    const result = await sendRequest(run, token, "/unseen/orders");
    expect(result).toMatchObject({
      response: { status: 503 },
      verdict: { kind: "outage", code: "table_unavailable" },
    });
    expect(waysOf(result)).toEqual([
      "token",
      "signature",
      "claims",
      "record failed",
      "policy not_reached",
      "gateway not_reached",
      "backend not_reached",
    ]);
  });

  test("the tenants are shown as they were, and nothing can be written", async () => {
    const { tenants, problem } = await getTenants(run);
    expect(tenants.length).toBeGreaterThan(3);
    expect(problem).toBe("the table is down: start it again under Switches");
    const change = { tenantId: "acme", change: "suspend" };
    expect(await post(run, "/api/tenants/access", change)).toMatchObject({
      status: 503,
      body: { error: "table_down" },
    });
    expect((await getState(run)).table).toEqual({ isUp: false, delayMs: 0 });
  });
});

test("a slow table is a table that does not answer in time", async () => {
  await addTenant("waiting");
  const token = await getToken(run, { application: "waiting" });
  await post(run, "/api/services", { service: "table", delayMs: 5_000 });
  const { verdict } = await sendRequest(run, token, "/waiting/orders");
  await post(run, "/api/services", { service: "table", delayMs: 0 });
  expect(verdict).toMatchObject({ kind: "outage", code: "table_unavailable" });
});

test("killed functions start cold, and a revoked key's tokens are refused by what they fetch", async () => {
  const token = await getToken(run, { application: "Umbrella lab" });
  await post(run, "/api/keys/rotate");
  const { keys } = await getState(run);
  const retired = keys.find(({ use }) => use === "retired");
  await post(run, "/api/keys/revoke", { kid: retired?.kid });
  await post(run, "/api/functions/recycle");
  const send = () => sendRequest(run, token, "/umbrella/samples/1");
  let result = await send();
  expect(result.facts.isColdStart).toBe(true);
  // On a busy machine a cold start may not get the keys in time: that is an outage, and passes.
  for (let turn = 0; turn < 20 && result.verdict.kind === "outage"; turn += 1) {
    await sleep(500);
    result = await send();
  }
  expect(result.verdict.code).toBe("kid_unknown");
});
