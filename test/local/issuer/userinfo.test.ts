import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import type { LocalIssuer } from "../../../local/issuer/issuer.ts";
import { obtainTokens, send, type Reply } from "./browser.ts";
import {
  AUDIENCE,
  MACHINE,
  requestToken,
  SPA,
  startFixtureIssuer,
  USER,
} from "./fixture-issuer.ts";

const NOW_MS = Date.UTC(2026, 0, 15);

let issuer: LocalIssuer;
let nowMs: number;

beforeAll(async () => {
  ({ issuer } = await startFixtureIssuer(() => nowMs));
});
beforeEach(() => {
  nowMs = NOW_MS;
});
afterAll(() => issuer.stop());

function ask(
  authorization: string | undefined,
  method = "GET",
): Promise<Reply> {
  return send(`${issuer.browserUrl}/userinfo`, {
    method,
    ...(authorization !== undefined && { headers: { authorization } }),
  });
}

const PROFILE = {
  sub: USER.userId,
  name: USER.username,
  nickname: "ada",
  email: USER.username,
  email_verified: true,
};

describe("tells of the user", () => {
  test.each(["GET", "POST"])(
    "what the scopes of a signed token open, on %s",
    async (method) => {
      const { access_token } = await obtainTokens(issuer, USER.userId);
      const reply = await ask(`Bearer ${access_token}`, method);
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.body)).toEqual(PROFILE);
      expect(reply.headers["cache-control"]).toBe("no-store");
    },
  );

  test("what the scopes of an opaque token open", async () => {
    const { access_token } = await obtainTokens(issuer, USER.userId, {
      audience: undefined,
      scope: "openid email",
    });
    const { body } = await ask(`Bearer ${access_token}`);
    expect(JSON.parse(body)).toEqual({
      sub: USER.userId,
      email: USER.username,
      email_verified: true,
    });
  });

  test("no more than who it is, with openid alone", async () => {
    const { access_token } = await obtainTokens(issuer, USER.userId, {
      scope: "openid",
    });
    const { body } = await ask(`bearer ${access_token}`);
    expect(JSON.parse(body)).toEqual({ sub: USER.userId });
  });
});

describe("refuses", () => {
  const mint = (options: object = {}) =>
    issuer.mint({
      clientId: SPA.clientId,
      username: USER.username,
      scopes: ["openid"],
      ...options,
    });

  test("nobody's request without naming an error", async () => {
    const { status, headers } = await ask(undefined);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe("Bearer");
  });

  test("the token of the baseline not", async () => {
    expect((await ask(`Bearer ${await mint()}`)).status).toBe(200);
  });

  test.each<{ name: string; make: () => Promise<string> }>([
    {
      name: "a token for an API alone",
      make: () => mint({ claims: { aud: AUDIENCE } }),
    },
    {
      name: "a token of another issuer",
      make: () => mint({ claims: { iss: "https://other.example.test/" } }),
    },
    {
      name: "a token that has expired",
      make: () => mint({ claims: { exp: NOW_MS / 1000 } }),
    },
    {
      name: "a token without an end",
      make: () => mint({ claims: { exp: undefined } }),
    },
    {
      name: "a token of a user that there is not",
      make: () => mint({ claims: { sub: "auth0|nobody" } }),
    },
    {
      name: "a token of a revoked key",
      make: async () => {
        const kid = issuer.currentKid();
        await issuer.rotateKey();
        issuer.revokeKey(kid);
        return mint({ kid });
      },
    },
    {
      name: "a token with another signature",
      make: async () => `${(await mint()).split(".", 2).join(".")}.AAAA`,
    },
    {
      name: "an ID token",
      make: async () => (await obtainTokens(issuer, USER.userId)).id_token,
    },
    {
      name: "a machine's token",
      make: () =>
        issuer.mint({ clientId: MACHINE.clientId, scopes: ["openid"] }),
    },
    {
      name: "a machine's opaque token",
      make: async () => {
        const { body } = await requestToken(issuer, {
          grant_type: "client_credentials",
          client_id: MACHINE.clientId,
          client_secret: MACHINE.clientSecret,
        });
        return body["access_token"] as string;
      },
    },
    {
      name: "an opaque token a day later",
      make: async () => {
        const change = { audience: undefined };
        const tokens = await obtainTokens(issuer, USER.userId, change);
        nowMs = NOW_MS + 86_400_000;
        return tokens.access_token;
      },
    },
    { name: "nonsense", make: () => Promise.resolve("nonsense") },
  ])("$name", async ({ make }) => {
    const { status, headers, body } = await ask(`Bearer ${await make()}`);
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
    expect(JSON.parse(body)).toEqual({ error: "invalid_token" });
  });

  test("another scheme", async () => {
    const { access_token } = await obtainTokens(issuer, USER.userId);
    expect((await ask(`Basic ${access_token}`)).status).toBe(401);
  });

  test("an opaque token without openid, as one that opens too little", async () => {
    const { access_token } = await obtainTokens(issuer, USER.userId, {
      audience: undefined,
      scope: "email",
    });
    const { status, headers } = await ask(`Bearer ${access_token}`);
    expect(status).toBe(403);
    expect(headers["www-authenticate"]).toBe(
      'Bearer error="insufficient_scope"',
    );
  });
});
