import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  jwtVerify,
  type JSONWebKeySet,
} from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../functions/fixture-functions.ts";
import type { LocalIssuer } from "../../../local/issuer/issuer.ts";
import {
  AUDIENCE,
  getJson,
  MACHINE,
  requestToken,
  SPA,
  startFixtureIssuer,
  USER,
} from "./fixture-issuer.ts";

let issuer: LocalIssuer;
let ca: string;

beforeAll(async () => {
  const fixture = await startFixtureIssuer();
  issuer = fixture.issuer;
  ca = fixture.certificate.caCertificate;
});
afterAll(() => issuer.stop());

const MACHINE_REQUEST = {
  grant_type: "client_credentials",
  client_id: MACHINE.clientId,
  client_secret: MACHINE.clientSecret,
  audience: AUDIENCE,
};
const USER_REQUEST = {
  grant_type: "password",
  client_id: SPA.clientId,
  username: USER.username,
  password: USER.password,
  audience: AUDIENCE,
};

function fetchKeys(): Promise<JSONWebKeySet> {
  return getJson(`${issuer.url}.well-known/jwks.json`, ca).then(
    ({ body }) => body as unknown as JSONWebKeySet,
  );
}

async function requestClaims(
  request: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { status, body } = await requestToken(issuer, request);
  expect(status, JSON.stringify(body)).toBe(200);
  const token = body["access_token"] as string;
  const { payload } = await jwtVerify(
    token,
    createLocalJWKSet(await fetchKeys()),
  );
  return payload;
}

describe("access tokens", () => {
  test("a machine's carries what Auth0 writes, and verifies against the JWKS", async () => {
    const claims = await requestClaims(MACHINE_REQUEST);
    const iat = claims["iat"] as number;
    expect(claims).toEqual({
      iss: issuer.url,
      sub: `${MACHINE.clientId}@clients`,
      aud: AUDIENCE,
      iat: expect.closeTo(Date.now() / 1000, -1) as number,
      exp: iat + 86_400,
      scope: "read:orders write:orders",
      gty: "client-credentials",
      azp: MACHINE.clientId,
      permissions: ["read:orders", "write:orders"],
      "https://example.test/tenant": "acme",
    });
    expect(issuer.url).toMatch(/^https:\/\/localhost:\d+\/$/);
  });

  test("a user's carries the user, and the userinfo audience with openid", async () => {
    const claims = await requestClaims({
      ...USER_REQUEST,
      scope: "openid read:orders write:orders",
      organization: "org_acme",
    });
    expect(claims).toMatchObject({
      sub: USER.userId,
      aud: [AUDIENCE, `${issuer.url}userinfo`],
      gty: "password",
      azp: SPA.clientId,
      org_id: "org_acme",
      scope: "openid read:orders",
      permissions: ["read:orders"],
    });
  });

  test("an API without RBAC has no permissions and its own lifetime", async () => {
    const claims = await requestClaims({
      ...MACHINE_REQUEST,
      audience: "https://plain.example.test",
      scope: "read:orders",
    });
    expect(claims).not.toHaveProperty("permissions");
    expect((claims["exp"] as number) - (claims["iat"] as number)).toBe(600);
    expect(claims["scope"]).toBe("read:orders");
  });

  test("the header has alg, typ and the current key's id alone", async () => {
    const token = await issuer.mint({ clientId: MACHINE.clientId });
    expect(decodeProtectedHeader(token)).toEqual({
      alg: "RS256",
      typ: "JWT",
      kid: issuer.currentKid(),
    });
  });

  test("the RFC 9068 profile has client_id and jti in the place of azp and gty", async () => {
    const token = await issuer.mint({
      clientId: MACHINE.clientId,
      tokenDialect: "rfc9068_profile",
    });
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: "at+jwt" });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      client_id: MACHINE.clientId,
      jti: expect.stringMatching(/^[\w-]{22}$/) as string,
    });
    for (const absent of ["azp", "gty", "permissions"]) {
      expect(claims).not.toHaveProperty(absent);
    }
  });

  test("mint changes and removes what it is told to", async () => {
    const token = await issuer.mint({
      clientId: MACHINE.clientId,
      claims: { exp: 1, iat: undefined, extra: true },
      header: { typ: undefined },
    });
    expect(decodeJwt(token)).toMatchObject({ exp: 1, extra: true });
    expect(decodeJwt(token)).not.toHaveProperty("iat");
    expect(decodeProtectedHeader(token)).not.toHaveProperty("typ");
  });
});

describe("POST /oauth/token", () => {
  test("takes a form, JSON and a Basic header alike", async () => {
    const { client_id, client_secret, ...rest } = MACHINE_REQUEST;
    const credentials = new URLSearchParams({
      id: client_id,
      s: client_secret,
    });
    const [id, secret] = credentials
      .toString()
      .split("&")
      .map((pair) => pair.split("=")[1] ?? "");
    const basic = Buffer.from(`${id}:${secret}`).toString("base64");
    const answers = await Promise.all([
      requestToken(issuer, MACHINE_REQUEST),
      requestToken(issuer, new URLSearchParams(MACHINE_REQUEST).toString()),
      requestToken(issuer, rest, { authorization: `Basic ${basic}` }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toEqual({
        access_token: expect.stringMatching(/^eyJ/) as string,
        scope: "read:orders write:orders",
        expires_in: 86_400,
        token_type: "Bearer",
      });
    }
  });

  test("without an audience the token is opaque", async () => {
    const { status, body } = await requestToken(issuer, {
      ...MACHINE_REQUEST,
      audience: undefined,
    });
    expect(status).toBe(200);
    expect(body["access_token"]).toMatch(/^[\w-]{32}$/);
  });

  test("gives an ID token only with openid", async () => {
    const plain = await requestToken(issuer, USER_REQUEST);
    expect(plain.body).not.toHaveProperty("id_token");
    const openid = await requestToken(issuer, {
      ...USER_REQUEST,
      scope: "openid",
    });
    expect(decodeJwt(openid.body["id_token"] as string)).toMatchObject({
      aud: SPA.clientId,
      sub: USER.userId,
    });
  });

  test.each([
    {
      name: "a wrong secret",
      change: { client_secret: "wrong" },
      status: 401,
      error: "access_denied",
      description: "Unauthorized",
    },
    {
      name: "an unknown application",
      change: { client_id: "unknown" },
      status: 401,
      error: "access_denied",
      description: "Unauthorized",
    },
    {
      name: "a machine without its secret, though public",
      change: { client_id: SPA.clientId, client_secret: undefined },
      status: 401,
      error: "access_denied",
      description: "Unauthorized",
    },
    {
      name: "an unknown grant type",
      change: { grant_type: "implicit" },
      status: 403,
      error: "unsupported_grant_type",
      description: "Unsupported grant type: implicit",
    },
    {
      name: "no grant type",
      change: { grant_type: undefined },
      status: 400,
      error: "invalid_request",
      description: "Missing required parameter: grant_type",
    },
    {
      name: "an unknown audience",
      change: { audience: "https://other.example.test" },
      status: 403,
      error: "access_denied",
      description: "Service not found: https://other.example.test",
    },
    {
      name: "a scope that was not granted",
      change: { scope: "read:orders delete:orders" },
      status: 403,
      error: "access_denied",
      description: "Client has not been granted scopes: delete:orders",
    },
    {
      name: "an organization it is not in",
      change: { organization: "org_globex" },
      status: 403,
      error: "access_denied",
      description: "not authorized for organization org_globex",
    },
    {
      name: "a wrong password",
      change: {
        ...USER_REQUEST,
        client_secret: undefined,
        password: "wrong",
      },
      status: 403,
      error: "invalid_grant",
      description: "Wrong email or password.",
    },
  ])("refuses $name", async ({ change, status, error, description }) => {
    const request = { ...MACHINE_REQUEST, ...change };
    expect(await requestToken(issuer, request)).toEqual({
      status,
      body: { error, error_description: description },
    });
  });
});

describe("TLS", () => {
  test("discovery names https endpoints of this issuer", async () => {
    const { body } = await getJson(
      `${issuer.url}.well-known/openid-configuration`,
      ca,
    );
    expect(body).toMatchObject({
      issuer: issuer.url,
      jwks_uri: `${issuer.url}.well-known/jwks.json`,
      token_endpoint: `${issuer.url}oauth/token`,
    });
  });

  test("a client that does not trust the authority refuses the connection", async () => {
    const other = (await startFixtureIssuer()).certificate.caCertificate;
    await expect(getJson(`${issuer.url}x`, other)).rejects.toMatchObject({
      code: expect.stringMatching(/SIGNATURE|SELF_SIGNED|VERIFY/) as string,
    });
  });

  test("the certificate is good for 127.0.0.1 too", async () => {
    const url = issuer.url.replace("localhost", "127.0.0.1");
    const { status } = await getJson(`${url}.well-known/jwks.json`, ca);
    expect(status).toBe(200);
  });

  test("plain http has the token endpoint and nothing else", async () => {
    const response = await fetch(
      issuer.tokenUrl.replace("/oauth/token", "/.well-known/jwks.json"),
    );
    expect(response.status).toBe(403);
  });
});

describe("keys", () => {
  test("the set holds public keys for signatures, and each fetch is counted", async () => {
    const before = issuer.countKeyFetches();
    const { keys } = await fetchKeys();
    expect(issuer.countKeyFetches()).toBe(before + 1);
    expect(keys.length).toBeGreaterThanOrEqual(2);
    for (const key of keys) {
      expect(Object.keys(key).toSorted()).toEqual(
        ["alg", "e", "kid", "kty", "n", "use"].toSorted(),
      );
    }
  });

  test("rotation signs with a key that was published before, and keeps the old one until it is revoked", async () => {
    const kidsOf = async () => (await fetchKeys()).keys.map(({ kid }) => kid);
    const before = await kidsOf();
    const old = issuer.currentKid();
    const current = await issuer.rotateKey();
    expect(before).toContain(current);
    expect(issuer.currentKid()).toBe(current);
    expect(await kidsOf()).toContain(old);
    issuer.revokeKey(old);
    expect(await kidsOf()).not.toContain(old);
    const token = await issuer.mint({ clientId: MACHINE.clientId, kid: old });
    expect(decodeProtectedHeader(token).kid).toBe(old);
    expect(() => {
      issuer.revokeKey(current);
    }).toThrow("rotate first");
  });

  test("a delay holds the set back until it is taken off, and nothing else", async () => {
    issuer.setDelayMs(30_000);
    const before = issuer.countKeyFetches();
    let isAnswered = false;
    const keys = fetchKeys().finally(() => {
      isAnswered = true;
    });
    await eventually(() => issuer.countKeyFetches() > before);
    expect((await requestToken(issuer, MACHINE_REQUEST)).status).toBe(200);
    expect(isAnswered).toBe(false);
    expect(issuer.delayMs()).toBe(30_000);
    issuer.setDelayMs(0);
    expect((await keys).keys.length).toBeGreaterThanOrEqual(2);
  });

  test("a delay passes by itself", async () => {
    issuer.setDelayMs(50);
    const startedAt = performance.now();
    await fetchKeys();
    issuer.setDelayMs(0);
    // Timers may be a millisecond early by this clock.
    expect(performance.now() - startedAt).toBeGreaterThan(48);
  });

  test("a delay that cannot be is refused", () => {
    expect(() => {
      issuer.setDelayMs(-1);
    }).toThrow(RangeError);
  });

  test("an outage refuses connections, and the same keys are back on the same port after it", async () => {
    const before = await fetchKeys();
    await issuer.stop();
    await expect(fetchKeys()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await issuer.start();
    expect(await fetchKeys()).toEqual(before);
  });
});
