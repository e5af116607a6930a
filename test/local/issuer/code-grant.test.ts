import { createHash } from "node:crypto";
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
  codeRequest,
  openBrowser,
  readCallback,
  signIn,
  VERIFIER,
  type Change,
} from "./browser.ts";
import {
  OTHER_SPA,
  requestToken,
  SPA_ORIGIN,
  startFixtureIssuer,
  USER,
  WEB,
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

async function obtainCode(change: Change = {}): Promise<string> {
  const reply = await signIn(openBrowser(issuer), USER.userId, change);
  return readCallback(reply).get("code") ?? "";
}

const INVALID_CODE = {
  status: 403,
  body: {
    error: "invalid_grant",
    error_description: "Invalid authorization code",
  },
};

describe("a code", () => {
  test("is good for one time", async () => {
    const request = codeRequest(await obtainCode());
    expect((await requestToken(issuer, request)).status).toBe(200);
    expect(await requestToken(issuer, request)).toEqual(INVALID_CODE);
  });

  test("that comes a second time takes the refresh token of the first with it", async () => {
    const request = codeRequest(await obtainCode({ scope: "offline_access" }));
    const { body } = await requestToken(issuer, request);
    await requestToken(issuer, request);
    const refresh = {
      grant_type: "refresh_token",
      client_id: request["client_id"],
      refresh_token: body["refresh_token"],
    };
    expect(await requestToken(issuer, refresh)).toMatchObject({
      status: 403,
      body: { error_description: "Unknown or invalid refresh token." },
    });
  });

  test.each([
    { name: "is good for a minute", afterMs: 59_999, status: 200 },
    { name: "is over after a minute", afterMs: 60_000, status: 403 },
  ])("$name", async ({ afterMs, status }) => {
    const code = await obtainCode();
    nowMs = NOW_MS + afterMs;
    const answer = await requestToken(issuer, codeRequest(code));
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer).toEqual(INVALID_CODE);
  });

  test.each<{
    name: string;
    change: Change;
    status: number;
    error: string;
    description: string;
  }>([
    {
      name: "another verifier",
      change: { code_verifier: VERIFIER.replace("the", "not") },
      status: 403,
      error: "invalid_grant",
      description: "Failed to verify code verifier",
    },
    {
      name: "no verifier",
      change: { code_verifier: undefined },
      status: 403,
      error: "invalid_grant",
      description: "Failed to verify code verifier",
    },
    {
      name: "another callback, though an allowed one",
      change: { redirect_uri: `${SPA_ORIGIN}/callback?from=issuer` },
      status: 403,
      error: "unauthorized_client",
      description: `The redirect URI is wrong. You sent ${SPA_ORIGIN}/callback?from=issuer, and we expected ${SPA_ORIGIN}`,
    },
    {
      name: "no callback",
      change: { redirect_uri: undefined },
      status: 400,
      error: "invalid_request",
      description: "Missing required parameter: redirect_uri",
    },
    {
      name: "another application",
      change: { client_id: OTHER_SPA.clientId },
      status: 403,
      error: "invalid_grant",
      description: "Invalid authorization code",
    },
    {
      name: "an unknown application",
      change: { client_id: "unknown" },
      status: 401,
      error: "access_denied",
      description: "Unauthorized",
    },
    {
      name: "a wrong secret",
      change: { client_secret: "wrong" },
      status: 401,
      error: "access_denied",
      description: "Unauthorized",
    },
  ])(
    "is not exchanged with $name",
    async ({ change, status, error, description }) => {
      const request = codeRequest(await obtainCode(), change);
      expect(await requestToken(issuer, request)).toEqual({
        status,
        body: { error, error_description: description },
      });
    },
  );

  test("is used up by a wrong verifier", async () => {
    const code = await obtainCode();
    await requestToken(issuer, codeRequest(code, { code_verifier: "wrong" }));
    const right = await requestToken(issuer, codeRequest(code));
    expect(right).toEqual(INVALID_CODE);
  });

  test("is not exchanged with a verifier shorter than any may be, though its digest fits", async () => {
    const code = await obtainCode({
      code_challenge: createHash("sha256").update("short").digest("base64url"),
    });
    const request = codeRequest(code, { code_verifier: "short" });
    expect(await requestToken(issuer, request)).toMatchObject({
      body: { error_description: "Failed to verify code verifier" },
    });
  });

  test.each([
    { name: "unknown", code: "unknown" },
    { name: "the name of a method", code: "constructor" },
  ])("that is $name buys nothing", async ({ code }) => {
    expect(await requestToken(issuer, codeRequest(code))).toEqual(INVALID_CODE);
  });

  test("has to be there", async () => {
    expect(await requestToken(issuer, codeRequest(""))).toMatchObject({
      status: 400,
      body: { error_description: "Missing required parameter: code" },
    });
  });

  test("given twice is not taken", async () => {
    const code = await obtainCode();
    const form = new URLSearchParams(
      codeRequest(code) as Record<string, string>,
    );
    form.append("code", code);
    expect(await requestToken(issuer, form.toString())).toEqual({
      status: 400,
      body: {
        error: "invalid_request",
        error_description: "code is given twice",
      },
    });
  });
});

describe("an application that keeps a secret", () => {
  const own = {
    client_id: WEB.clientId,
    redirect_uri: WEB.callbacks[0],
  };
  const withoutChallenge = {
    ...own,
    code_challenge: undefined,
    code_challenge_method: undefined,
  };
  const exchange = (code: string, change: Change) =>
    requestToken(
      issuer,
      codeRequest(code, {
        ...own,
        client_secret: WEB.clientSecret,
        code_verifier: undefined,
        ...change,
      }),
    );

  test("needs no challenge", async () => {
    const { status, body } = await exchange(
      await obtainCode(withoutChallenge),
      {},
    );
    expect(status).toBe(200);
    const claims = decodeJwt(body["access_token"] as string);
    expect(claims["azp"]).toBe(WEB.clientId);
  });

  test("has to show its secret", async () => {
    const code = await obtainCode(withoutChallenge);
    const answer = await exchange(code, { client_secret: undefined });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: "access_denied" },
    });
  });

  test("is held to the challenge it sent", async () => {
    expect(await exchange(await obtainCode(own), {})).toMatchObject({
      status: 403,
      body: { error_description: "Failed to verify code verifier" },
    });
  });

  test("may not bring a verifier for a challenge it did not send", async () => {
    const code = await obtainCode(withoutChallenge);
    const answer = await exchange(code, { code_verifier: VERIFIER });
    expect(answer).toMatchObject({
      status: 403,
      body: { error_description: "Failed to verify code verifier" },
    });
  });
});
