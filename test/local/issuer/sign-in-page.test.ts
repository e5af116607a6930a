import { createHash } from "node:crypto";
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
  openBrowser,
  readCallback,
  readTransaction,
  type Browser,
} from "./browser.ts";
import {
  LAB_USER,
  OTHER_SPA,
  OTHER_USER,
  SPA_ORIGIN,
  startFixtureIssuer,
  USER,
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

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;`;
const ESCAPED =
  "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&amp;lt;";

function usersOn(body: string): readonly string[] {
  return [...body.matchAll(/name="user" value="([^"]*)"/g)].map(
    ([, userId = ""]) => userId,
  );
}

describe("the page", () => {
  test("offers the users of the application's own connection, and no other", async () => {
    const acme = await browser.get(authorizePath());
    expect(usersOn(acme.body)).toEqual([USER.userId, LAB_USER.userId]);
    const path = authorizePath({ client_id: OTHER_SPA.clientId });
    const globex = await browser.get(path);
    expect(usersOn(globex.body)).toEqual([OTHER_USER.userId]);
    expect(globex.body).toContain("org_globex");
  });

  test("offers the user hinted at first", async () => {
    const path = authorizePath({ login_hint: LAB_USER.username });
    const { body } = await browser.get(path);
    expect(usersOn(body)).toEqual([LAB_USER.userId, USER.userId]);
    expect(body).not.toContain("suggested");
  });

  test("says each user's password", async () => {
    const { body } = await browser.get(authorizePath());
    expect(body).toContain(`<code>${USER.password}</code>`);
  });

  test("shows a hostile hint as text", async () => {
    const path = authorizePath({ login_hint: HOSTILE });
    const { body } = await browser.get(path);
    expect(body).toContain(`“${ESCAPED}”`);
    expect(body).not.toContain("<script");
    expect(body).not.toContain("<img");
  });

  test("shows the application's name as text", async () => {
    const { body } = await browser.get(authorizePath());
    expect(body).toContain("Sign in to Acme &lt;web&gt; app</h1>");
  });

  test("is kept by nobody, framed by nobody, and loads and runs nothing", async () => {
    const { headers, body } = await browser.get(authorizePath());
    const [, style = ""] = /<style>([^<]*)<\/style>/.exec(body) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "content-security-policy": [
        "default-src 'none'",
        `style-src 'sha256-${hash}'`,
        "img-src data:",
        `form-action 'self' ${SPA_ORIGIN}`,
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ].join("; "),
    });
  });
});

describe("its form", () => {
  let state: string;
  beforeEach(async () => {
    state = readTransaction(await browser.get(authorizePath()));
  });

  test("is good for one time", async () => {
    const form = { state, user: USER.userId };
    expect(readCallback(await browser.post("/u/login", form)).has("code")).toBe(
      true,
    );
    const again = await browser.post("/u/login", form);
    expect(again.status).toBe(400);
    expect(again.body).toContain("This sign-in is over.");
  });

  test.each([
    { name: "is good for ten minutes", afterMs: 599_999, status: 303 },
    { name: "is over after ten minutes", afterMs: 600_000, status: 400 },
  ])("$name", async ({ afterMs, status }) => {
    nowMs = NOW_MS + afterMs;
    const form = { state, user: USER.userId };
    expect((await browser.post("/u/login", form)).status).toBe(status);
  });

  test.each([
    { name: "a user of another connection", user: OTHER_USER.userId },
    { name: "a user that there is not", user: HOSTILE },
    { name: "no user", user: "" },
  ])("signs nobody in with $name", async ({ user }) => {
    const reply = await browser.post("/u/login", { state, user });
    expect(reply.status).toBe(400);
    expect(reply.body).toContain("No such user of this application.");
    expect(reply.body).not.toContain("<script");
    expect(browser.cookies.size).toBe(0);
  });

  test("signs nobody in without a transaction", async () => {
    const form = { user: USER.userId };
    const { status, body } = await browser.post("/u/login", form);
    expect(status).toBe(400);
    expect(body).toContain("This sign-in is over.");
  });

  test.each([
    { name: "another site", origin: "https://evil.test" },
    { name: "the application itself", origin: SPA_ORIGIN },
    { name: "a frame without an origin", origin: "null" },
    { name: "the issuer by another protocol", origin: "https://localhost" },
    { name: "nowhere", origin: undefined },
  ])("is not taken from $name", async ({ origin }) => {
    const { status, body } = await (origin === undefined
      ? postWithoutOrigin()
      : browser.post("/u/login", { state, user: USER.userId }, { origin }));
    expect(status).toBe(403);
    expect(JSON.parse(body)).toHaveProperty("error", "origin_not_allowed");
    expect(browser.cookies.size).toBe(0);
  });

  async function postWithoutOrigin() {
    const response = await fetch(`${issuer.browserUrl}/u/login`, {
      method: "POST",
      body: new URLSearchParams({ state, user: USER.userId }),
    });
    return { status: response.status, body: await response.text() };
  }
});
