import { createHash } from "node:crypto";
import { runInNewContext } from "node:vm";
import { decodeJwt } from "jose";
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
} from "vitest";
import type { LocalIssuer } from "../../../local/issuer/issuer.ts";
import {
  authorizePath,
  codeRequest,
  obtainTokens,
  openBrowser,
  readCallback,
  readTransaction,
  signIn,
  type Browser,
  type Change,
  type Reply,
} from "./browser.ts";
import {
  AUDIENCE,
  LAB_USER,
  OTHER_SPA,
  OTHER_USER,
  requestToken,
  SPA,
  SPA_ORIGIN,
  startFixtureIssuer,
  USER,
  WEB,
} from "./fixture-issuer.ts";

const NOW_MS = Date.UTC(2026, 0, 15);

let issuer: LocalIssuer;
let nowMs: number;
let browser: Browser;

beforeAll(async () => {
  ({ issuer } = await startFixtureIssuer(() => nowMs));
});
beforeEach(() => {
  nowMs = NOW_MS;
  browser = openBrowser(issuer);
});
afterAll(() => issuer.stop());

describe("a user who signs in", () => {
  test("is sent back with a code and the state, and the code buys what Auth0 writes", async () => {
    const reply = await signIn(browser, USER.userId, {
      scope: "openid profile email read:orders write:orders",
    });
    expect(reply.headers.location).toMatch(`${SPA_ORIGIN}/?code=`);
    const callback = readCallback(reply);
    expect([...callback.keys()]).toEqual(["code", "state"]);
    expect(callback.get("state")).toBe("the state");

    const code = callback.get("code") ?? "";
    const { status, body } = await requestToken(issuer, codeRequest(code));
    expect(status).toBe(200);
    const scope = "openid profile email read:orders";
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      id_token: expect.any(String) as string,
      scope,
      expires_in: 86_400,
      token_type: "Bearer",
    });
    const iat = NOW_MS / 1000;
    expect(decodeJwt(body["access_token"] as string)).toEqual({
      iss: issuer.url,
      sub: USER.userId,
      aud: [AUDIENCE, `${issuer.url}userinfo`],
      iat,
      exp: iat + 86_400,
      scope,
      azp: SPA.clientId,
      permissions: ["read:orders"],
      "https://example.test/tenant": "acme",
    });
    expect(decodeJwt(body["id_token"] as string)).toEqual({
      iss: issuer.url,
      sub: USER.userId,
      aud: SPA.clientId,
      iat,
      exp: iat + 36_000,
      nonce: "the nonce",
      sid: expect.stringMatching(/^[\w-]{32}$/) as string,
      name: USER.username,
      nickname: "ada",
      email: USER.username,
      email_verified: true,
    });
  });

  test("keeps the callback's own query", async () => {
    const redirectUri = `${SPA_ORIGIN}/callback?from=issuer`;
    const callback = readCallback(
      await signIn(browser, USER.userId, { redirect_uri: redirectUri }),
    );
    expect([...callback.keys()]).toEqual(["from", "code", "state"]);
  });

  test("tells the application no more than it asked for", async () => {
    const tokens = await obtainTokens(issuer, USER.userId, {
      scope: "openid",
      nonce: undefined,
    });
    const claims = decodeJwt(tokens.id_token);
    for (const absent of ["name", "email", "nonce", "auth_time", "org_id"]) {
      expect(claims).not.toHaveProperty(absent);
    }
  });

  test("gets an opaque token when no audience is asked for", async () => {
    const { access_token } = await obtainTokens(issuer, USER.userId, {
      audience: undefined,
    });
    expect(access_token).toMatch(/^[\w-]{32}$/);
  });

  test("has the organization asked for in both tokens", async () => {
    const tokens = await obtainTokens(issuer, USER.userId, {
      organization: "org_acme",
    });
    expect(decodeJwt(tokens.access_token)["org_id"]).toBe("org_acme");
    expect(decodeJwt(tokens.id_token)["org_id"]).toBe("org_acme");
  });

  test("gives the cookie another name than the one that applications learn", async () => {
    const reply = await signIn(browser, USER.userId);
    const [cookie = ""] = reply.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(
      /^issuer_session_\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const code = readCallback(reply).get("code") ?? "";
    const { body } = await requestToken(issuer, codeRequest(code));
    const { sid } = decodeJwt(body["id_token"] as string);
    expect(cookie).not.toContain(sid);
  });
});

describe("a session", () => {
  beforeEach(() => signIn(browser, USER.userId));

  test("answers the next request without a page", async () => {
    const callback = readCallback(await browser.get(authorizePath()));
    expect(callback.get("code")).toMatch(/^[\w-]{32}$/);
  });

  test("answers prompt=none", async () => {
    const path = authorizePath({ prompt: "none" });
    expect(readCallback(await browser.get(path)).has("code")).toBe(true);
  });

  test.each(["login", "select_account", "consent", "login consent"])(
    "does not answer prompt=%s: the page is shown",
    async (prompt) => {
      const reply = await browser.get(authorizePath({ prompt }));
      expect(readTransaction(reply)).toBeTruthy();
    },
  );

  test("is another browser's: there it answers nothing", async () => {
    const stranger = openBrowser(issuer);
    const reply = await stranger.get(authorizePath());
    expect(readTransaction(reply)).toBeTruthy();
  });

  test.each([
    { name: "lasts for three days", afterMs: 3 * 86_400_000 - 1, status: 303 },
    { name: "is over after three days", afterMs: 3 * 86_400_000, status: 200 },
  ])("$name", async ({ afterMs, status }) => {
    nowMs = NOW_MS + afterMs;
    expect((await browser.get(authorizePath())).status).toBe(status);
  });

  test.each([
    { name: "is young enough at max_age", afterMs: 60_000, status: 303 },
    { name: "is too old after max_age", afterMs: 60_001, status: 200 },
  ])("$name", async ({ afterMs, status }) => {
    nowMs = NOW_MS + afterMs;
    const path = authorizePath({ max_age: "60" });
    expect((await browser.get(path)).status).toBe(status);
  });

  test("tells its beginning to who asks with max_age", async () => {
    nowMs = NOW_MS + 5000;
    const reply = await browser.get(authorizePath({ max_age: "60" }));
    const code = readCallback(reply).get("code") ?? "";
    const { body } = await requestToken(issuer, codeRequest(code));
    expect(decodeJwt(body["id_token"] as string)["auth_time"]).toBe(
      NOW_MS / 1000,
    );
  });

  test("does not sign in to an application of another connection, and the page says so", async () => {
    const reply = await browser.get(
      authorizePath({ client_id: OTHER_SPA.clientId }),
    );
    expect(readTransaction(reply)).toBeTruthy();
    expect(reply.body).toContain(
      `You are signed in as ${USER.username}, who is not a user of this application.`,
    );
  });

  test("is replaced when another user signs in", async () => {
    const before = new Map(browser.cookies);
    const change = { client_id: OTHER_SPA.clientId };
    await signIn(browser, OTHER_USER.userId, change);
    expect((await browser.get(authorizePath(change))).status).toBe(303);
    expect((await browser.get(authorizePath())).status).toBe(200);
    // The cookie from before opens nothing either.
    (browser.cookies as Map<string, string>).clear();
    for (const [name, value] of before) {
      (browser.cookies as Map<string, string>).set(name, value);
    }
    expect((await browser.get(authorizePath())).status).toBe(200);
  });

  test("of a user outside the organization asked for does not answer", async () => {
    const path = authorizePath({
      client_id: WEB.clientId,
      redirect_uri: WEB.callbacks[0],
      organization: "org_acme_labs",
    });
    const reply = await browser.get(path);
    expect(reply.body).toContain(LAB_USER.username);
    expect(reply.body).not.toContain(`Continue as ${USER.username}`);
  });
});

describe("prompt=none without a session that counts is answered with login_required:", () => {
  const expected = {
    error: "login_required",
    error_description: "Login required",
    state: "the state",
  };
  const ask = async (change: Change = {}) => {
    const path = authorizePath({ prompt: "none", ...change });
    return Object.fromEntries(readCallback(await browser.get(path)));
  };

  test("none at all", async () => {
    expect(await ask()).toEqual(expected);
  });

  test("one of another connection's user", async () => {
    await signIn(browser, USER.userId);
    expect(await ask({ client_id: OTHER_SPA.clientId })).toEqual(expected);
  });

  test("one that is too old for max_age", async () => {
    await signIn(browser, USER.userId);
    nowMs = NOW_MS + 1001;
    expect(await ask({ max_age: "1" })).toEqual(expected);
  });
});

describe("a request that nobody can be sent back from gets an error page:", () => {
  test.each<{ name: string; change: Change; says: string }>([
    {
      name: "an unknown application",
      change: { client_id: "unknown" },
      says: "Unknown client_id.",
    },
    {
      name: "no application",
      change: { client_id: undefined },
      says: "Unknown client_id.",
    },
    {
      name: "no callback",
      change: { redirect_uri: undefined },
      says: "Callback URL mismatch.",
    },
    {
      name: "another origin",
      change: { redirect_uri: "https://evil.test" },
      says: "Callback URL mismatch.",
    },
    {
      name: "a callback with one character more",
      change: { redirect_uri: `${SPA_ORIGIN}/` },
      says: "Callback URL mismatch.",
    },
    {
      name: "a host that a callback is the beginning of",
      change: { redirect_uri: `${SPA_ORIGIN}.evil.test` },
      says: "Callback URL mismatch.",
    },
    {
      name: "another application's callback",
      change: { redirect_uri: WEB.callbacks[0] },
      says: "Callback URL mismatch.",
    },
  ])("$name", async ({ change, says }) => {
    await signIn(browser, USER.userId);
    const { status, headers, body } = await browser.get(authorizePath(change));
    expect(status).toBe(400);
    expect(headers.location).toBeUndefined();
    expect(body).toContain(says);
  });

  test("and is told where the application may be sent back to", async () => {
    const path = authorizePath({ redirect_uri: "https://evil.test" });
    const { body } = await browser.get(path);
    expect(body).toContain(
      `Acme &lt;web&gt; app may be sent back to: ${SPA.callbacks.join(", ")}.`,
    );
    expect(body).not.toContain("evil.test");
  });

  test.each(["client_id", "redirect_uri"])("%s given twice", async (name) => {
    const value = name === "client_id" ? SPA.clientId : SPA_ORIGIN;
    const { status, headers } = await browser.get(
      `${authorizePath()}&${name}=${value}`,
    );
    expect(status).toBe(400);
    expect(headers.location).toBeUndefined();
  });
});

describe("a request that is not in order is answered with an error:", () => {
  test.each<{
    name: string;
    change: Change;
    error: string;
    description: string;
  }>([
    {
      name: "response_type token",
      change: { response_type: "token" },
      error: "unsupported_response_type",
      description: "response_type must be code",
    },
    {
      name: "no response_type",
      change: { response_type: undefined },
      error: "unsupported_response_type",
      description: "response_type must be code",
    },
    {
      name: "response_mode fragment",
      change: { response_mode: "fragment" },
      error: "invalid_request",
      description: "response_mode must be query or web_message",
    },
    {
      name: "a public application without a challenge",
      change: { code_challenge: undefined, code_challenge_method: undefined },
      error: "invalid_request",
      description: "a public application must send a code_challenge",
    },
    {
      name: "method plain",
      change: { code_challenge_method: "plain" },
      error: "invalid_request",
      description: "code_challenge_method must be S256",
    },
    {
      name: "no method, which means plain",
      change: { code_challenge_method: undefined },
      error: "invalid_request",
      description: "code_challenge_method must be S256",
    },
    {
      name: "a challenge that is no digest",
      change: { code_challenge: "short" },
      error: "invalid_request",
      description: "code_challenge is not a SHA-256 digest in base64url",
    },
    {
      name: "an unknown audience",
      change: { audience: "https://other.example.test" },
      error: "access_denied",
      description: "Service not found: audience names no API",
    },
    {
      name: "an organization of another application",
      change: { organization: "org_globex" },
      error: "invalid_request",
      description: "organization is not one of this application's",
    },
    {
      name: "an unknown prompt",
      change: { prompt: "create" },
      error: "invalid_request",
      description:
        "prompt must be none, or some of login, select_account and consent",
    },
    {
      name: "prompt none with another",
      change: { prompt: "none login" },
      error: "invalid_request",
      description:
        "prompt must be none, or some of login, select_account and consent",
    },
    {
      name: "a max_age that is no number",
      change: { max_age: "-1" },
      error: "invalid_request",
      description: "max_age must be a whole number of seconds",
    },
  ])("$name", async ({ change, error, description }) => {
    await signIn(browser, USER.userId);
    const callback = readCallback(await browser.get(authorizePath(change)));
    expect(Object.fromEntries(callback)).toEqual({
      error,
      error_description: description,
      state: "the state",
    });
  });

  test("a parameter given twice, of which neither is taken", async () => {
    const reply = await browser.get(`${authorizePath()}&state=another`);
    expect(Object.fromEntries(readCallback(reply))).toEqual({
      error: "invalid_request",
      error_description: "a parameter is given twice",
    });
  });
});

const HOSTILE = `"'><script>alert(1)</script>&amp;\r\nSet-Cookie: a=b\u2028é`;

test("a hostile state comes back letter by letter, and as nothing else", async () => {
  const reply = await signIn(browser, USER.userId, { state: HOSTILE });
  expect(readCallback(reply).get("state")).toBe(HOSTILE);
  expect(reply.headers["set-cookie"]).toHaveLength(1);
});

describe("web_message", () => {
  const change = { response_mode: "web_message", prompt: "none" };

  interface Message {
    readonly message: unknown;
    readonly targetOrigin: string;
  }

  const ENTITIES = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

  /** Runs the page's script where `windows` are those around it. */
  function runPage(
    { body, headers }: Reply,
    windows: (post: (...message: unknown[]) => void) => object = (post) => ({
      parent: { postMessage: post },
    }),
  ): readonly Message[] {
    const [, attributes = "", source = ""] =
      /<script([^>]*)>([^<]*)<\/script>/.exec(body) ?? [];
    const hash = createHash("sha256").update(source).digest("base64");
    expect(headers["content-security-policy"]).toContain(
      `script-src 'sha256-${hash}';`,
    );
    const dataset = Object.fromEntries(
      [...attributes.matchAll(/data-(\w+)="([^"]*)"/g)].map(
        ([, name = "", value = ""]) => [
          name,
          value.replaceAll(
            /&(#?\w+);/g,
            (_, entity: keyof typeof ENTITIES) => ENTITIES[entity],
          ),
        ],
      ),
    );
    const messages: Message[] = [];
    runInNewContext(source, {
      document: { currentScript: { dataset } },
      window: windows((message, targetOrigin) => {
        messages.push({
          // Of another realm, whose objects equal none of ours.
          message: JSON.parse(JSON.stringify(message)) as unknown,
          targetOrigin: String(targetOrigin),
        });
      }),
    });
    return messages;
  }

  test("hands a code to the callback's origin, and lets that origin alone hold the frame", async () => {
    await signIn(browser, USER.userId);
    const reply = await browser.get(authorizePath(change));
    expect(reply.status).toBe(200);
    expect(runPage(reply)).toEqual([
      {
        targetOrigin: SPA_ORIGIN,
        message: {
          type: "authorization_response",
          response: {
            code: expect.stringMatching(/^[\w-]{32}$/) as string,
            state: "the state",
          },
        },
      },
    ]);
    const { headers } = reply;
    const policy = headers["content-security-policy"];
    expect(policy).toContain(`frame-ancestors ${SPA_ORIGIN};`);
    expect(headers).not.toHaveProperty("x-frame-options");
    expect(headers["cache-control"]).toBe("no-store");
  });

  test("hands an error over in the same way", async () => {
    expect(runPage(await browser.get(authorizePath(change)))).toEqual([
      {
        targetOrigin: SPA_ORIGIN,
        message: {
          type: "authorization_response",
          response: {
            error: "login_required",
            error_description: "Login required",
            state: "the state",
          },
        },
      },
    ]);
  });

  test("escapes a hostile state", async () => {
    const path = authorizePath({ ...change, state: HOSTILE });
    const reply = await browser.get(path);
    expect(reply.body).not.toContain("alert(1)</script>");
    expect(runPage(reply)).toMatchObject([
      { message: { response: { state: HOSTILE } } },
    ]);
  });

  test("without prompt=none asks first, and then answers the window that opened this one", async () => {
    const reply = await signIn(browser, USER.userId, {
      response_mode: "web_message",
    });
    expect(reply.status).toBe(200);
    const messages = runPage(reply, (postMessage) => ({
      opener: { postMessage },
      parent: {},
    }));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toHaveProperty("message.response.code");
  });
});
