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
import { obtainTokens, type Change, type Tokens } from "./browser.ts";
import {
  AUDIENCE,
  OTHER_SPA,
  postJson,
  requestToken,
  SPA,
  startFixtureIssuer,
  USER,
  type JsonAnswer,
} from "./fixture-issuer.ts";

const NOW_MS = Date.UTC(2026, 0, 15);
const DAY_MS = 86_400_000;
const SCOPE = "openid profile email offline_access read:orders";

let issuer: LocalIssuer;
let nowMs: number;
let tokens: Tokens;

beforeAll(async () => {
  ({ issuer } = await startFixtureIssuer(() => nowMs));
});
beforeEach(async () => {
  nowMs = NOW_MS;
  tokens = await obtainTokens(issuer, USER.userId, { scope: SCOPE });
});
afterAll(() => issuer.stop());

function refresh(token: string, change: Change = {}): Promise<JsonAnswer> {
  return requestToken(issuer, {
    grant_type: "refresh_token",
    client_id: SPA.clientId,
    refresh_token: token,
    ...change,
  });
}

async function refreshed(token: string): Promise<Tokens> {
  const { status, body } = await refresh(token);
  expect(status).toBe(200);
  return body as unknown as Tokens;
}

const INVALID = {
  status: 403,
  body: {
    error: "invalid_grant",
    error_description: "Unknown or invalid refresh token.",
  },
};

test("a refresh token gives tokens of the same user, application and session, and a new refresh token", async () => {
  nowMs = NOW_MS + DAY_MS;
  const next = await refreshed(tokens.refresh_token);
  expect(next.refresh_token).not.toBe(tokens.refresh_token);
  expect(next.scope).toBe(SCOPE);
  const iat = nowMs / 1000;
  expect(decodeJwt(next.access_token)).toMatchObject({
    sub: USER.userId,
    aud: [AUDIENCE, `${issuer.url}userinfo`],
    azp: SPA.clientId,
    gty: "refresh_token",
    scope: SCOPE,
    iat,
  });
  const id = decodeJwt(next.id_token);
  expect(id).toMatchObject({
    sub: USER.userId,
    sid: decodeJwt(tokens.id_token)["sid"],
    iat,
  });
  expect(id).not.toHaveProperty("nonce");
});

test("there is none without offline_access", async () => {
  const { refresh_token } = await obtainTokens(issuer, USER.userId);
  expect(refresh_token).toBeUndefined();
});

test("the password grant gives one too", async () => {
  const { body } = await requestToken(issuer, {
    grant_type: "password",
    client_id: SPA.clientId,
    username: USER.username,
    password: USER.password,
    scope: "offline_access",
  });
  await refreshed(body["refresh_token"] as string);
});

describe("rotation", () => {
  test("each token in the row is good for one time", async () => {
    const second = await refreshed(tokens.refresh_token);
    const third = await refreshed(second.refresh_token);
    await refreshed(third.refresh_token);
  });

  test("a token that comes a second time is refused, and ends the family", async () => {
    const { refresh_token } = await refreshed(tokens.refresh_token);
    expect(await refresh(tokens.refresh_token)).toEqual(INVALID);
    expect(await refresh(refresh_token)).toEqual(INVALID);
  });

  test("another sign-in of the same user goes on", async () => {
    const other = await obtainTokens(issuer, USER.userId, { scope: SCOPE });
    await refreshed(tokens.refresh_token);
    await refresh(tokens.refresh_token);
    await refreshed(other.refresh_token);
  });
});

describe("a refresh token is refused", () => {
  test("to another application, and is not used up by it", async () => {
    const change = { client_id: OTHER_SPA.clientId };
    expect(await refresh(tokens.refresh_token, change)).toEqual(INVALID);
    await refreshed(tokens.refresh_token);
  });

  test("when nobody has heard of it", async () => {
    expect(await refresh("unknown")).toEqual(INVALID);
  });

  test("when it is not there", async () => {
    expect(await refresh("")).toMatchObject({
      status: 400,
      body: { error_description: "Missing required parameter: refresh_token" },
    });
  });

  test("after 15 days without use", async () => {
    const other = await obtainTokens(issuer, USER.userId, { scope: SCOPE });
    nowMs = NOW_MS + 15 * DAY_MS - 1;
    await refreshed(other.refresh_token);
    nowMs = NOW_MS + 15 * DAY_MS;
    expect(await refresh(tokens.refresh_token)).toEqual(INVALID);
  });

  test("30 days after the sign-in, used or not", async () => {
    nowMs = NOW_MS + 14 * DAY_MS;
    const second = await refreshed(tokens.refresh_token);
    nowMs = NOW_MS + 28 * DAY_MS;
    const third = await refreshed(second.refresh_token);
    nowMs = NOW_MS + 30 * DAY_MS - 1;
    const fourth = await refreshed(third.refresh_token);
    nowMs = NOW_MS + 30 * DAY_MS;
    expect(await refresh(fourth.refresh_token)).toEqual(INVALID);
  });
});

describe("scopes", () => {
  test("may be fewer, once", async () => {
    const { body } = await refresh(tokens.refresh_token, { scope: "openid" });
    expect(body["scope"]).toBe("openid");
    const next = await refreshed(body["refresh_token"] as string);
    expect(next.scope).toBe(SCOPE);
  });

  test("may not be more, which does not cost the token", async () => {
    const change = { scope: `${SCOPE} write:orders` };
    expect(await refresh(tokens.refresh_token, change)).toEqual({
      status: 400,
      body: {
        error: "invalid_scope",
        error_description: "a scope was not granted with this refresh token",
      },
    });
    await refreshed(tokens.refresh_token);
  });
});

describe("POST /oauth/revoke", () => {
  const revoke = (parameters: Change) =>
    postJson(`${issuer.browserUrl}/oauth/revoke`, parameters);
  const own = () => ({
    client_id: SPA.clientId,
    token: tokens.refresh_token,
  });

  test("ends the family", async () => {
    const { refresh_token } = await refreshed(tokens.refresh_token);
    expect(await revoke(own())).toEqual({ status: 200, body: {} });
    expect(await refresh(refresh_token)).toEqual(INVALID);
  });

  test("is content with a token that there is not", async () => {
    const answer = await revoke({ ...own(), token: "unknown" });
    expect(answer.status).toBe(200);
  });

  test.each([
    {
      name: "of another application",
      change: { client_id: OTHER_SPA.clientId },
      status: 400,
      error: "invalid_grant",
    },
    {
      name: "by an unknown application",
      change: { client_id: "unknown" },
      status: 401,
      error: "invalid_client",
    },
    {
      name: "that is not there",
      change: { token: undefined },
      status: 400,
      error: "invalid_request",
    },
  ])("leaves a token $name", async ({ change, status, error }) => {
    const answer = await revoke({ ...own(), ...change });
    expect(answer).toMatchObject({ status, body: { error } });
    await refreshed(tokens.refresh_token);
  });
});
