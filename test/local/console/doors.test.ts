/** Who may ask the console, for what, and in which form. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiError } from "../../../local/console/api.ts";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import {
  ask,
  getState,
  getTenants,
  getToken,
  JSON_TYPE,
  post,
  sendRequest,
} from "./console-client.ts";

let run: LocalRun;
/** Every route there is, in the server's own words: one that is added is held to the same rules. */
let routes: readonly (readonly [method: string, path: string])[];

beforeAll(async () => {
  run = await startLocalRun();
  const { body } = await ask(run, "GET", "/api/");
  const { message } = JSON.parse(body) as ApiError;
  routes = [...message.matchAll(/(GET|POST) (\/api\/[\w/]+)/g)].map(
    ([, method = "", path = ""]) => [method, path],
  );
}, 60_000);
afterAll(() => run.stop());

const port = (): string => new URL(run.endpoints.control).port;

describe("every route", () => {
  test("is known to these tests", () => {
    expect(routes.map((route) => route.join(" ")).sort()).toEqual([
      "GET /api/state",
      "GET /api/tenants",
      "POST /api/cache/flush",
      "POST /api/curl",
      "POST /api/functions/recycle",
      "POST /api/keys/revoke",
      "POST /api/keys/rotate",
      "POST /api/matrix",
      "POST /api/requests",
      "POST /api/services",
      "POST /api/tenants/access",
      "POST /api/tokens",
    ]);
  });

  test.each([
    {
      name: "a name that was made to resolve here",
      headers: { Host: "evil.test" },
    },
    { name: "a page of another site", headers: { Origin: "http://evil.test" } },
    {
      name: "a page of another port",
      headers: { Origin: "http://localhost:1" },
    },
    {
      name: "a page that hides where it comes from",
      headers: { Origin: "null" },
    },
    {
      name: "a page whose name begins like ours",
      headers: { Origin: "http://localhost.evil.test" },
    },
  ])("refuses $name", async ({ headers }) => {
    const all = [
      ...routes,
      ["GET", "/"],
      ["GET", "/page.js"],
      ["GET", "/status"],
      ["POST", "/table/down"],
    ];
    for (const [method = "", path = ""] of all) {
      const answer = await ask(
        run,
        method,
        path,
        { ...JSON_TYPE, ...headers },
        method === "POST" ? "{}" : undefined,
      );
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect(run.table.isUp()).toBe(true);
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    "",
  ])(
    "that changes something refuses a body of type «%s», which a form could post",
    async (type) => {
      for (const [, path] of routes.filter(([method]) => method === "POST")) {
        const headers = type === "" ? {} : { "Content-Type": type };
        const { status } = await ask(run, "POST", path, headers, "{}");
        expect([path, status]).toEqual([path, 415]);
      }
    },
  );

  test.each([
    {
      name: "over 64 kB",
      body: JSON.stringify({ a: "x".repeat(70_000) }),
      status: 413,
      error: "body_too_large",
    },
    { name: "that is not JSON", body: "{", status: 400, error: "bad_request" },
    {
      name: "that is no object",
      body: "[]",
      status: 400,
      error: "bad_request",
    },
    {
      name: "with a member nobody knows",
      body: '{"nobody":1}',
      status: 400,
      error: "bad_request",
    },
  ])("refuses a body $name, and says so", async ({ body, status, error }) => {
    for (const [, path] of routes.filter(([method]) => method === "POST")) {
      const answer = await ask(run, "POST", path, JSON_TYPE, body);
      expect([path, answer.status]).toEqual([path, status]);
      expect(JSON.parse(answer.body)).toEqual({
        error,
        message: expect.stringMatching(/\w/) as string,
      });
    }
  });

  test("sends the headers that leave a tricked page powerless", async () => {
    for (const path of [
      "/",
      "/page.js",
      "/page.css",
      "/api/state",
      "/api/nowhere",
    ]) {
      const { headers } = await ask(run, "GET", path);
      expect(headers).toMatchObject({
        "content-security-policy":
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
      });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    }
  });
});

test("the page's own origin may ask", async () => {
  for (const host of ["localhost", "127.0.0.1"]) {
    const headers = { ...JSON_TYPE, Origin: `http://${host}:${port()}` };
    const { status } = await ask(
      run,
      "POST",
      "/api/cache/flush",
      headers,
      "{}",
    );
    expect(status).toBe(200);
  }
});

test("the page is one script and one style sheet of this server", async () => {
  const { body } = await ask(run, "GET", "/");
  const sources = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, url]) => url,
  );
  expect(sources).toEqual(["data:,", "/page.css", "/page.js"]);
  const script = await ask(run, "GET", "/page.js");
  expect(script.headers["content-type"]).toBe("text/javascript; charset=utf-8");
});

test("no source of the page makes markup of text", () => {
  const folder = join(import.meta.dirname, "../../../local/console/page");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => /\.tsx?$/.test(name));
  expect(sources.length).toBeGreaterThan(10);
  for (const name of sources) {
    expect([name, readFileSync(join(folder, name), "utf8")]).toEqual([
      name,
      expect.not.stringMatching(
        /InnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\b|javascript:/,
      ),
    ]);
  }
});

describe("what is asked for and is not there", () => {
  test.each([
    {
      path: "/api/tenants/access",
      body: { tenantId: "nobody", change: "suspend" },
      status: 404,
      error: "tenant_not_found",
    },
    {
      path: "/api/tenants/access",
      body: { tenantId: "acme", change: "delete" },
      status: 400,
      error: "bad_request",
    },
    {
      path: "/api/tokens",
      body: { kind: "minted", applicationId: "nobody" },
      status: 404,
      error: "application_not_found",
    },
    {
      path: "/api/tokens",
      body: { kind: "pasted", token: "a b" },
      status: 400,
      error: "bad_request",
    },
    {
      path: "/api/tokens",
      body: { kind: "pasted", token: "a\r\nX: y" },
      status: 400,
      error: "bad_request",
    },
    {
      path: "/api/tokens",
      body: { kind: "pasted", token: " Bearer " },
      status: 400,
      error: "bad_request",
    },
    {
      path: "/api/requests",
      body: { token: "no", method: "GET", path: "/" },
      status: 404,
      error: "token_forgotten",
    },
    {
      path: "/api/curl",
      body: { token: "no", method: "GET", path: "/" },
      status: 404,
      error: "token_forgotten",
    },
    {
      path: "/api/keys/revoke",
      body: { kid: "nobody" },
      status: 404,
      error: "key_not_found",
    },
    {
      path: "/api/services",
      body: { service: "gateway", isUp: false },
      status: 400,
      error: "bad_request",
    },
    {
      path: "/api/services",
      body: { service: "table" },
      status: 400,
      error: "bad_request",
    },
    {
      path: "/api/services",
      body: { service: "table", delayMs: 10_001 },
      status: 400,
      error: "bad_request",
    },
  ])("$path $body is $error", async ({ path, body, status, error }) => {
    expect(await post(run, path, body)).toMatchObject({
      status,
      body: { error },
    });
  });

  test("a user of another tenant cannot be signed in", async () => {
    const { applications } = await getTenants(run);
    const applicationId = applications.find(
      ({ name }) => name === "Globex import",
    )?.id;
    const choice = { kind: "minted", applicationId, username: "ada@acme.test" };
    expect(await post(run, "/api/tokens", choice)).toMatchObject({
      status: 400,
    });
  });

  test("the key that signs cannot be revoked, nor the one that will; a retired one can", async () => {
    const kidOf = async (use: string): Promise<string> =>
      (await getState(run)).keys.find((key) => key.use === use)?.kid ?? "";
    for (const use of ["signing", "next"]) {
      const answer = await post(run, "/api/keys/revoke", {
        kid: await kidOf(use),
      });
      expect(answer).toMatchObject({
        status: 409,
        body: { error: "key_in_use" },
      });
    }
    const signing = await kidOf("signing");
    const next = await kidOf("next");
    expect((await post(run, "/api/keys/rotate")).body).toEqual({ kid: next });
    expect(await kidOf("retired")).toBe(signing);
    expect((await post(run, "/api/keys/revoke", { kid: signing })).status).toBe(
      200,
    );
    expect(await kidOf("retired")).toBe("");
  });
});

describe("what comes from elsewhere stays text", () => {
  const MARKUP = "<img src=x onerror=alert(1)>";

  test("a row with markup in it is JSON, whatever it holds", async () => {
    const Item = {
      azp: { S: MARKUP },
      tenantId: { S: MARKUP },
      status: { M: { toString: { S: MARKUP } } },
      routes: { L: [{ S: `GET /${MARKUP}` }, { N: "1" }] },
      [MARKUP]: { B: new Uint8Array([1]) },
    };
    await run.tableClient.send(
      new PutItemCommand({ TableName: run.endpoints.tableName, Item }),
    );
    const { tenants } = await getTenants(run);
    const [record] =
      tenants.find(({ tenantId }) => tenantId === MARKUP)?.records ?? [];
    expect(record).toEqual({
      key: MARKUP,
      status: JSON.stringify({ toString: MARKUP }),
      routes: [`GET /${MARKUP}`],
      attributes: [[MARKUP, "(binary)"]],
    });
  });

  test("a path with markup in it goes over the wire as it stands, and to the gateway alone", async () => {
    const token = await getToken(run, { application: "Acme import" });
    const path = "/acme/reports/%3Cimg%20src=x%20onerror=alert(1)%3E//..";
    const { request } = await sendRequest(run, token, path);
    expect(request.path).toBe(path);
    expect(run.accessLog.at(-1)?.path).toBe(path);
    const hosts = [`//evil.test/`, `/@evil.test/`, `/\\evil.test/`];
    for (const host of hosts) {
      const { response } = await sendRequest(run, token, host);
      expect(
        response.headers.some(([name]) => name === "x-amzn-RequestId"),
      ).toBe(true);
      expect(run.accessLog.at(-1)?.path).toBe(host);
    }
  });
});
