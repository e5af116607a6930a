/** What the console tells of decisions that a real run makes. */
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import type { Spoil } from "../../../local/console/api.ts";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import {
  getState,
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

const AUTHORIZER = ["token", "signature", "claims", "record", "policy"];
const notReached = (...names: string[]): readonly string[] =>
  names.map((name) => `${name} not_reached`);

describe("the way of a request", () => {
  beforeEach(() => post(run, "/api/cache/flush"));

  test("that is let in passes every step, each with its time", async () => {
    const token = await getToken(run, { application: "Acme import" });
    const result = await sendRequest(run, token, "/acme/orders");
    expect(waysOf(result)).toEqual([...AUTHORIZER, "gateway", "backend"]);
    expect(result).toMatchObject({
      response: { status: 200 },
      verdict: { kind: "allow", code: "allowed" },
      facts: { cache: "miss", tenantId: "acme" },
      policy: { verdict: "allow", statement: 0 },
      logLine: {
        outcome: "allow",
        requestId: result.facts.authorizerRequestId,
      },
    });
    for (const { name, durationMs } of result.travel) {
      expect([name, durationMs]).toEqual([name, expect.any(Number)]);
    }
    expect(result.policy?.resource).toMatch(/\/GET\/acme\/orders$/);
    expect(result.policy?.bytes).toBe(
      JSON.stringify(result.policy?.document).length,
    );
  });

  test("that the cache answers skips the authorizer", async () => {
    const token = await getToken(run, { application: "Acme import" });
    await sendRequest(run, token, "/acme/orders");
    const result = await sendRequest(run, token, "/acme/reports/1");
    expect(waysOf(result)).toEqual([
      ...AUTHORIZER.map((name) => `${name} skipped`),
      "gateway",
      "backend",
    ]);
    expect(result.facts).toMatchObject({ cache: "hit", isColdStart: false });
    expect(result).not.toHaveProperty("logLine");
    const { cache } = await getState(run);
    expect(cache).toEqual([
      expect.objectContaining({ tenantId: "acme", isAllow: true, hits: 1 }),
    ]);
  });

  test.each([
    {
      name: "to another tenant's route",
      path: "/globex/invoices",
      policy: { verdict: "implicit_deny" },
    },
    {
      name: "to a route that the record denies",
      path: "/acme/reports/drafts/1",
      policy: { verdict: "explicit_deny", statement: 1 },
    },
  ])("$name ends at the gateway, fresh or kept", async ({ path, policy }) => {
    const token = await getToken(run, { application: "Acme import" });
    const refusal = {
      response: { status: 403 },
      verdict: { kind: "refusal", code: "route_not_granted" },
      policy,
    };
    const fresh = await sendRequest(run, token, path);
    expect(fresh).toMatchObject(refusal);
    expect(waysOf(fresh)).toEqual([
      ...AUTHORIZER,
      "gateway failed",
      "backend not_reached",
    ]);
    const kept = await sendRequest(run, token, path);
    expect(kept).toMatchObject(refusal);
    expect(waysOf(kept).slice(-2)).toEqual([
      "gateway failed",
      "backend not_reached",
    ]);
  });

  test("of a suspended tenant ends at its rules, and names the attribute; its refusal is kept", async () => {
    const token = await getToken(run, { application: "Initech import" });
    const result = await sendRequest(run, token, "/initech/tps");
    expect(result).toMatchObject({
      response: { status: 403 },
      verdict: { code: "tenant_suspended", attributes: ["status"] },
    });
    expect(waysOf(result)).toEqual([
      ...AUTHORIZER.slice(0, 4),
      "policy failed",
      "gateway kept",
      "backend not_reached",
    ]);
    const kept = await sendRequest(run, token, "/initech/tps");
    expect(kept.verdict.code).toBe("tenant_suspended");
    expect(waysOf(kept).at(-2)).toBe("gateway failed");
  });

  test("of a person at a machines' application ends at the record's rule", async () => {
    const token = await getToken(run, {
      application: "Umbrella lab",
      username: "vera@umbrella.test",
    });
    const { verdict } = await sendRequest(run, token, "/umbrella/samples/1");
    expect(verdict).toMatchObject({
      code: "binding_rule_failed",
      attributes: ["require.gty"],
    });
  });

  const SPOILED: readonly {
    readonly spoil: Spoil;
    readonly status: number;
    readonly code: string;
    readonly end: string;
  }[] = [
    {
      spoil: "tampered_signature",
      status: 401,
      code: "signature_invalid",
      end: "signature",
    },
    { spoil: "expired", status: 401, code: "token_expired", end: "claims" },
    {
      spoil: "other_audience",
      status: 401,
      code: "audience_mismatch",
      end: "claims",
    },
    {
      spoil: "id_token",
      status: 401,
      code: "audience_mismatch",
      end: "claims",
    },
    {
      spoil: "unknown_application",
      status: 403,
      code: "tenant_not_found",
      end: "record",
    },
    {
      spoil: "alg_none",
      status: 401,
      code: "algorithm_not_allowed",
      end: "token",
    },
    { spoil: "no_token", status: 401, code: "identity_missing", end: "token" },
    {
      spoil: "nonsense",
      status: 401,
      code: "identity_malformed",
      end: "token",
    },
  ];
  test.each(SPOILED)(
    "with a token spoiled as $spoil is $status $code",
    async ({ spoil, status, code, end }) => {
      const token = await getToken(run, { application: "Acme import", spoil });
      const result = await sendRequest(run, token, "/acme/orders");
      expect(result).toMatchObject({ response: { status }, verdict: { code } });
      const before = AUTHORIZER.slice(0, AUTHORIZER.indexOf(end));
      const after = AUTHORIZER.slice(AUTHORIZER.indexOf(end) + 1);
      expect(waysOf(result)).toEqual([
        ...before,
        `${end} failed`,
        ...notReached(...after),
        status === 403 ? "gateway kept" : "gateway not_reached",
        "backend not_reached",
      ]);
    },
  );

  test("that needs no token skips the authorizer", async () => {
    const token = await getToken(run, {
      application: "Acme import",
      spoil: "no_token",
    });
    const result = await sendRequest(run, token, "/acme/orders", {
      method: "OPTIONS",
    });
    expect(result.verdict).toMatchObject({
      code: "allowed",
      meaning: expect.stringMatching(/without a token/) as string,
    });
    expect(waysOf(result)[0]).toBe("token skipped");
  });

  test("with a forged tenant header goes on as the token's tenant", async () => {
    const token = await getToken(run, { application: "Acme import" });
    const headers = [
      ["X-Tenant-Id", "globex"],
      ["x-tenant-id", "globex"],
    ];
    const { response } = await sendRequest(run, token, "/acme/orders", {
      headers,
    });
    expect(JSON.parse(response.body)).toMatchObject({
      tenant: { tenantId: "acme" },
    });
  });

  test("with a pasted token is judged like any other", async () => {
    const { clientId } = run.endpoints.tenants.find(
      ({ application }) => application === "Globex import",
    ) ?? { clientId: "" };
    const token = await run.issuer.mint({ clientId });
    const { body } = await post(run, "/api/tokens", {
      kind: "pasted",
      token: `Bearer ${token}\n`,
    });
    const { handle } = body as { handle: string };
    expect(
      (await sendRequest(run, handle, "/globex/invoices")).response.status,
    ).toBe(200);
    expect(JSON.stringify(body)).not.toContain(token);
    const curl = await post(run, "/api/curl", {
      token: handle,
      method: "GET",
      path: "/globex/invoices",
    });
    expect(curl.body).toMatchObject({
      command: expect.stringContaining(`Bearer ${token}`) as string,
    });
  });
});
