import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import { buildGuide } from "../../../local/terminal-guide.ts";
import {
  call,
  countAuthorizerRuns,
  findApplication,
  mintFresh,
} from "./run-client.ts";

/** What names the tenant: its application, its organization, or a claim that an Action writes. */
const IDENTITY_MODES = ["azp", "org_id", "https://example.test/tenant"];

describe("a single-page application", () => {
  let run: LocalRun;
  beforeAll(async () => {
    run = await startLocalRun({
      ports: { spa: 4999 },
      tokenLifetimeSeconds: 2,
    });
  }, 60_000);
  afterAll(() => run.stop());

  test("is told where to sign in, and where the run expects it", () => {
    const { endpoints } = run;
    expect(endpoints.spaOrigin).toBe("http://localhost:4999");
    expect(endpoints.corsOrigin).toBe("http://localhost:4999");
    expect(`${endpoints.browserIssuer}/`).toBe(
      endpoints.issuer.replace("https:", "http:"),
    );
    expect(endpoints.console).toBe(
      `${endpoints.control.replace("127.0.0.1", "localhost")}/`,
    );
  });

  test("may sign in, and be sent back", async () => {
    const { clientId } = findApplication(run, "Globex web app");
    const { browserIssuer, spaOrigin } = run.endpoints;
    const parameters = new URLSearchParams({
      client_id: clientId,
      redirect_uri: spaOrigin,
      response_type: "code",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    });
    const page = await fetch(
      `${browserIssuer}/authorize?${parameters.toString()}`,
    );
    expect(await page.text()).toContain("Continue as hank@globex.test");
  });

  test("may read the gateway's refusals", async () => {
    const { gateway, spaOrigin } = run.endpoints;
    const { status, headers } = await fetch(`${gateway}/acme/orders`, {
      headers: { origin: spaOrigin },
    });
    expect(status).toBe(401);
    expect(headers.get("access-control-allow-origin")).toBe(spaOrigin);
  });

  test("has tokens that live as long as asked", async () => {
    const token = decodeJwt(await mintFresh(run, "Globex web app"));
    expect((token.exp ?? 0) - (token.iat ?? 0)).toBe(2);
  });
});

describe.each(IDENTITY_MODES)("with %s naming the tenant", (tenantClaim) => {
  let run: LocalRun;

  beforeAll(async () => {
    run = await startLocalRun({ context: { tenantClaim } });
  }, 60_000);
  afterAll(() => run.stop());

  describe("the four answers", () => {
    test("one token gives 200 on two own routes and 403 on another tenant's, and the authorizer ran once", async () => {
      const token = await mintFresh(run, "Acme import");
      const before = countAuthorizerRuns(run);
      const first = await call(run, "/acme/orders", token);
      const second = await call(run, "/acme/reports/2026/q1", token);
      const foreign = await call(run, "/globex/invoices", token);
      expect([first.status, second.status, foreign.status]).toEqual([
        200, 200, 403,
      ]);
      expect(foreign.body).toMatchObject({ error: "route_not_granted" });
      expect(countAuthorizerRuns(run)).toBe(before + 1);
      expect(run.accessLog.slice(-3).map(({ cache }) => cache)).toEqual([
        "miss",
        "hit",
        "hit",
      ]);
    });

    test("two applications of one tenant have the same routes", async () => {
      const token = await mintFresh(run, "Acme web app");
      expect(await call(run, "/acme/orders", token)).toMatchObject({
        status: 200,
        body: { tenant: { tenantId: "acme", tier: "gold" } },
      });
    });

    test("a suspended tenant gets 403 with its reason", async () => {
      const token = await mintFresh(run, "Initech import");
      expect(await call(run, "/initech/tps", token)).toMatchObject({
        status: 403,
        body: { error: "tenant_suspended" },
      });
    });

    test("junk gets 401 with a challenge", async () => {
      const { status, headers } = await call(run, "/acme/orders", "junk");
      expect(status).toBe(401);
      expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
    });
  });

  describe("outages", () => {
    test("with the table down a token gets 503 within 3 s, and 200 as soon as the table is back", async () => {
      // Globex alone: of a tenant that was seen before, the authorizer still has the record.
      const token = await mintFresh(run, "Globex import");
      await run.table.stop();
      const startedAt = performance.now();
      const down = await call(run, "/globex/invoices", token);
      expect(performance.now() - startedAt).toBeLessThan(3000);
      expect(down.status).toBe(503);
      expect(down.headers.get("retry-after")).not.toBeNull();

      await run.table.start();
      const up = await call(run, "/globex/invoices", token);
      expect(up).toMatchObject({
        status: 200,
        body: { tenant: { tenantId: "globex" } },
      });
    });

    test("with the issuer down, tokens of a key already known go on working", async () => {
      await call(run, "/acme/orders", await mintFresh(run, "Acme import"));
      const token = await mintFresh(run, "Acme import");
      await run.issuer.stop();
      const before = countAuthorizerRuns(run);
      const { status } = await call(run, "/acme/orders", token);
      await run.issuer.start();
      expect(status).toBe(200);
      expect(countAuthorizerRuns(run)).toBe(before + 1);
    });
  });

  describe("what the terminal prints", () => {
    test("each curl line gets the answer printed with it", async () => {
      const steps = buildGuide(run.endpoints);
      const calls = steps.flatMap((step) => step.calls);
      // One shell for all lines: the last step uses the first one's token.
      const script = steps.flatMap(({ token = "", calls }) => [
        token,
        ...calls.map(({ command }) => `${command} -s; printf '\\n---\\n'`),
      ]);
      const shell = promisify(execFile);
      const { stdout } = await shell("sh", ["-c", script.join("\n")]);
      const answers = stdout.split("\n---\n").slice(0, -1);
      expect(answers).toHaveLength(calls.length);
      for (const [index, { status, error, command }] of calls.entries()) {
        const [head = "", body = ""] = answers[index]?.split("\r\n\r\n") ?? [];
        expect(head, command).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
        const parsed = JSON.parse(body) as Record<string, unknown>;
        expect(parsed["error"], command).toBe(error);
      }
    });

    test("endpoints.json holds what the handle says, and every application's token opens or is refused as its status says", async () => {
      const file = join(dirname(run.endpoints.caCertificate), "endpoints.json");
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(run.endpoints);
      for (const tenant of run.endpoints.tenants) {
        const { clientId, clientSecret, organization, status, routes } = tenant;
        const response = await fetch(run.endpoints.oauthToken, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({
            grant_type: "client_credentials",
            client_id: clientId,
            client_secret: clientSecret,
            audience: run.endpoints.audience,
            ...(tenantClaim === "org_id" && { organization }),
          }),
        });
        const { access_token } = (await response.json()) as Record<
          string,
          string
        >;
        const path = routes[0]?.split(" ")[1]?.replace("*", "x") ?? "";
        const answer = await call(run, path, access_token ?? "");
        expect(answer.status, clientId).toBe(status === "active" ? 200 : 403);
      }
    });
  });

  describe("the switches over HTTP", () => {
    const request = (method: string, path: string, headers = {}) =>
      fetch(`${run.endpoints.control}${path}`, { method, headers });

    test("take the table down and up, and tell the status", async () => {
      const down = await request("POST", "/table/down");
      expect(await down.json()).toMatchObject({ table: "down", issuer: "up" });
      expect(run.table.isUp()).toBe(false);
      const up = await request("POST", "/table/up");
      expect(await up.json()).toMatchObject({ table: "up" });
    });

    test("refuse a page of another site", async () => {
      const origin = "http://evil.test";
      const { status } = await request("POST", "/issuer/down", { origin });
      expect(status).toBe(403);
      expect(run.issuer.isUp()).toBe(true);
    });

    test("name the switches there are", async () => {
      const response = await request("GET", "/table/down");
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        routes: [
          "GET /status",
          "POST /tokens",
          "POST /table/down",
          "POST /table/up",
          "POST /issuer/down",
          "POST /issuer/up",
        ],
      });
    });
  });
});
