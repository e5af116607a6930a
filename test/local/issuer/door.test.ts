/** Who may ask the issuer what: Host, Origin, CORS, protocol, method, body. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { LocalIssuer } from "../../../local/issuer/issuer.ts";
import { authorizePath, send } from "./browser.ts";
import {
  getJson,
  MACHINE,
  SPA_ORIGIN,
  startFixtureIssuer,
} from "./fixture-issuer.ts";

let issuer: LocalIssuer;
let ca: string;

beforeAll(async () => {
  const fixture = await startFixtureIssuer();
  issuer = fixture.issuer;
  ca = fixture.certificate.caCertificate;
});
afterAll(() => issuer.stop());

const CALLABLE = ["POST /oauth/token", "POST /oauth/revoke", "GET /userinfo"];
const OWN = [
  `GET ${authorizePath()}`,
  "GET /v2/logout",
  "GET /oidc/logout",
  "POST /u/login",
];
const HTTPS_ONLY = [
  "GET /.well-known/jwks.json",
  "GET /.well-known/openid-configuration",
];

function ask(
  route: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
) {
  const [method = "", path = ""] = route.split(" ");
  return send(issuer.browserUrl + path, {
    method,
    headers,
    ...(body !== undefined && { body }),
  });
}

function errorOf({ body }: { readonly body: string }): unknown {
  return (JSON.parse(body) as Record<string, unknown>)["error"];
}

const ALL = [...CALLABLE, ...OWN, ...HTTPS_ONLY, "GET /unknown"];

describe("Host", () => {
  test.each(
    ALL.flatMap((route) =>
      ["evil.test", "localhost.evil.test", "127.0.0.1.nip.io:4011", "[::]"].map(
        (host) => ({ route, host }),
      ),
    ),
  )("$host is turned away from $route", async ({ route, host }) => {
    const reply = await ask(route, { host });
    expect(reply.status).toBe(403);
    expect(errorOf(reply)).toBe("not_from_this_machine");
  });

  test.each(["localhost", "127.0.0.1", "[::1]"])(
    "%s is let in, with any port",
    async (name) => {
      for (const host of [name, `${name}:1`]) {
        expect((await ask("GET /v2/logout", { host })).status).toBe(200);
      }
    },
  );

  test("of another name is turned away over https too", async () => {
    const { request } = await import("node:https");
    const status = await new Promise((resolve, reject) => {
      const url = `${issuer.url}.well-known/jwks.json`;
      const options = {
        ca,
        headers: { host: "evil.test" },
        servername: "localhost",
        agent: false,
      };
      request(url, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

describe("Origin", () => {
  test.each([...CALLABLE, ...OWN, ...HTTPS_ONLY])(
    "of another site is turned away from %s",
    async (route) => {
      const reply = await ask(route, { origin: "https://evil.test" });
      expect(reply.status).toBe(403);
      expect(errorOf(reply)).toBe("origin_not_allowed");
      expect(reply.headers).not.toHaveProperty("access-control-allow-origin");
    },
  );

  test.each(OWN)("of an application is turned away from %s", async (route) => {
    const reply = await ask(route, { origin: SPA_ORIGIN });
    expect(errorOf(reply)).toBe("origin_not_allowed");
  });

  test.each([
    "null",
    "http://localhost:4015",
    "http://localhost:4014.evil.test",
  ])("%s is not the application's", async (origin) => {
    const reply = await ask("POST /oauth/token", { origin });
    expect(errorOf(reply)).toBe("origin_not_allowed");
  });

  test("of our own is let in", async () => {
    const origin = issuer.browserUrl;
    const reply = await ask("GET /v2/logout", { origin });
    expect(reply.status).toBe(200);
  });

  test("of our own under another name is another's", async () => {
    const origin = issuer.browserUrl.replace("localhost", "127.0.0.1");
    const reply = await ask("GET /v2/logout", { origin });
    expect(errorOf(reply)).toBe("origin_not_allowed");
  });
});

describe("a page of an application", () => {
  test.each(CALLABLE)("may ask for and read %s", async (route) => {
    const [method = "", path = ""] = route.split(" ");
    const preflight = await ask(`OPTIONS ${path}`, {
      origin: SPA_ORIGIN,
      "access-control-request-method": method,
      "access-control-request-headers": "auth0-client,authorization",
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": SPA_ORIGIN,
      "access-control-allow-methods": expect.stringContaining(method) as string,
      "access-control-allow-headers":
        "authorization, content-type, auth0-client",
      vary: "Origin",
    });
    expect(preflight.headers).not.toHaveProperty(
      "access-control-allow-credentials",
    );

    const reply = await ask(route, { origin: SPA_ORIGIN });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.headers).toMatchObject({
      "access-control-allow-origin": SPA_ORIGIN,
      vary: "Origin",
    });
    expect(errorOf(reply)).not.toBe("origin_not_allowed");
  });

  test("of another site gets nothing from a preflight", async () => {
    const reply = await ask("OPTIONS /oauth/token", {
      origin: "https://evil.test",
      "access-control-request-method": "POST",
    });
    expect(reply.status).toBe(403);
    expect(reply.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test.each([
    { name: "nobody's", headers: () => ({}) },
    { name: "our own", headers: () => ({ origin: issuer.browserUrl }) },
  ])("is the only one that is named: $name is not", async ({ headers }) => {
    const reply = await ask("POST /oauth/token", headers());
    expect(reply.status).toBe(400);
    expect(reply.headers).not.toHaveProperty("access-control-allow-origin");
    expect(reply.headers).toHaveProperty("vary", "Origin");
  });
});

describe("protocol, method and body", () => {
  test.each(HTTPS_ONLY)("%s is served over https alone", async (route) => {
    const reply = await ask(route);
    expect(reply.status).toBe(403);
    expect(errorOf(reply)).toBe("https_required");
    const [, path = ""] = route.split(" /");
    const { status } = await getJson(issuer.url + path, ca);
    expect(status).toBe(200);
  });

  test("an unknown path is 404", async () => {
    const reply = await ask("GET /constructor");
    expect(reply.status).toBe(404);
    expect(errorOf(reply)).toBe("not_found");
  });

  test.each([
    { route: "GET /oauth/token", allow: "POST, OPTIONS" },
    { route: "DELETE /userinfo", allow: "GET, POST, OPTIONS" },
  ])("$route is 405, and says what there is", async ({ route, allow }) => {
    const reply = await ask(route);
    expect(reply.status).toBe(405);
    expect(reply.headers["allow"]).toBe(allow);
  });

  test.each([
    { name: "is not JSON", body: "{", says: "the body is not JSON" },
    { name: "is a list", body: "[]", says: "the body is not a JSON object" },
  ])("a body that $name is told so", async ({ body, says }) => {
    const headers = { "content-type": "application/json" };
    const reply = await ask("POST /oauth/token", headers, body);
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toEqual({
      error: "invalid_request",
      error_description: says,
    });
  });

  test.each([
    { name: "of 64 KiB is read", size: 65_536, status: 401 },
    { name: "over 64 KiB is not", size: 65_537, status: 413 },
  ])("a body $name", async ({ size, status }) => {
    const form = `grant_type=password&client_id=${MACHINE.clientId}&a=`;
    const reply = await ask(
      "POST /oauth/token",
      { "content-type": "application/x-www-form-urlencoded" },
      form.padEnd(size, "a"),
    );
    expect(reply.status).toBe(status);
  });

  test("parameters in the query of a POST are not read", async () => {
    const reply = await ask("POST /oauth/token?grant_type=password");
    expect(JSON.parse(reply.body)).toEqual({
      error: "invalid_request",
      error_description: "Missing required parameter: grant_type",
    });
  });
});

test("discovery says what there is", async () => {
  const { body } = await getJson(
    `${issuer.url}.well-known/openid-configuration`,
    ca,
  );
  expect(body).toMatchObject({
    issuer: issuer.url,
    authorization_endpoint: `${issuer.url}authorize`,
    token_endpoint: `${issuer.url}oauth/token`,
    userinfo_endpoint: `${issuer.url}userinfo`,
    revocation_endpoint: `${issuer.url}oauth/revoke`,
    end_session_endpoint: `${issuer.url}oidc/logout`,
    jwks_uri: `${issuer.url}.well-known/jwks.json`,
    response_types_supported: ["code"],
    response_modes_supported: ["query", "web_message"],
    grant_types_supported: [
      "authorization_code",
      "client_credentials",
      "password",
      "refresh_token",
    ],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "none",
    ],
  });
});

test.each([
  "authorization_endpoint",
  "token_endpoint",
  "userinfo_endpoint",
  "revocation_endpoint",
  "end_session_endpoint",
])("the %s of discovery is there", async (name) => {
  const { body } = await getJson(
    `${issuer.url}.well-known/openid-configuration`,
    ca,
  );
  const { pathname } = new URL(body[name] as string);
  expect((await ask(`DELETE ${pathname}`)).status).toBe(405);
});
