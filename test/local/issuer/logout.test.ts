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
  obtainTokens,
  openBrowser,
  signIn,
  type Browser,
  type Change,
} from "./browser.ts";
import {
  MACHINE,
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
let idToken: string;

beforeAll(async () => {
  nowMs = NOW_MS;
  ({ issuer } = await startFixtureIssuer(() => nowMs));
  idToken = (await obtainTokens(issuer, USER.userId)).id_token;
});
beforeEach(async () => {
  nowMs = NOW_MS;
  browser = openBrowser(issuer);
  await signIn(browser, USER.userId);
});
afterAll(() => issuer.stop());

function pathOf(path: string, change: Change): string {
  const parameters = Object.entries(change).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  return `${path}?${new URLSearchParams(parameters).toString()}`;
}

/** What the cookie from before still opens, kept by whoever. */
async function isSignedIn(cookies: ReadonlyMap<string, string>) {
  const thief = openBrowser(issuer);
  for (const [name, value] of cookies) {
    (thief.cookies as Map<string, string>).set(name, value);
  }
  return (await thief.get(authorizePath())).status === 303;
}

const FIRST = `${SPA_ORIGIN}/bye`;

describe.each([
  { path: "/v2/logout", returnTo: "returnTo" },
  { path: "/oidc/logout", returnTo: "post_logout_redirect_uri" },
])("$path", ({ path, returnTo }) => {
  test.each<{ name: string; change: Change; location: string }>([
    {
      name: "sends back to an allowed address",
      change: { client_id: SPA.clientId, [returnTo]: SPA_ORIGIN },
      location: `${SPA_ORIGIN}/`,
    },
    {
      name: "sends to the first allowed address when none is named",
      change: { client_id: SPA.clientId },
      location: FIRST,
    },
  ])("ends the session and $name", async ({ change, location }) => {
    const before = new Map(browser.cookies);
    expect(await isSignedIn(before)).toBe(true);
    const { status, headers } = await browser.get(pathOf(path, change));
    expect(status).toBe(302);
    expect(headers.location).toBe(location);
    expect(browser.cookies.size).toBe(0);
    expect(await isSignedIn(before)).toBe(false);
  });

  test.each<{ name: string; change: Change }>([
    {
      name: "an address of nobody's",
      change: { client_id: SPA.clientId, [returnTo]: "https://evil.test" },
    },
    {
      name: "an address that an allowed one is the beginning of",
      change: {
        client_id: SPA.clientId,
        [returnTo]: `${SPA_ORIGIN}.evil.test`,
      },
    },
    {
      name: "an application without such addresses",
      change: { client_id: WEB.clientId, [returnTo]: SPA_ORIGIN },
    },
    {
      name: "an address, but no application",
      change: { [returnTo]: SPA_ORIGIN },
    },
    {
      name: "an unknown application",
      change: { client_id: "unknown", [returnTo]: SPA_ORIGIN },
    },
  ])("ends the session and stays here with $name", async ({ change }) => {
    const before = new Map(browser.cookies);
    const reply = await browser.get(pathOf(path, change));
    expect(reply.status).toBe(400);
    expect(reply.headers.location).toBeUndefined();
    expect(reply.body).toContain("You are signed out.");
    expect(await isSignedIn(before)).toBe(false);
  });

  test("says so where there is nowhere to go", async () => {
    const reply = await browser.get(pathOf(path, {}));
    expect(reply.status).toBe(200);
    expect(reply.body).toContain("You are signed out");
  });

  test("leaves other browsers signed in", async () => {
    const other = openBrowser(issuer);
    await signIn(other, USER.userId);
    await browser.get(pathOf(path, {}));
    expect(await isSignedIn(other.cookies)).toBe(true);
  });
});

describe("an ID token as a hint", () => {
  const leave = (change: Change) =>
    browser.get(
      pathOf("/oidc/logout", {
        id_token_hint: idToken,
        post_logout_redirect_uri: SPA_ORIGIN,
        ...change,
      }),
    );

  test("names the application", async () => {
    expect((await leave({})).headers.location).toBe(`${SPA_ORIGIN}/`);
  });

  test("does so after its end, too", async () => {
    nowMs = NOW_MS + 30 * 86_400_000;
    expect((await leave({})).status).toBe(302);
  });

  test("goes with the client_id that it is about", async () => {
    expect((await leave({ client_id: SPA.clientId })).status).toBe(302);
  });

  test("brings the state back", async () => {
    const { headers } = await leave({ state: "a&b=c" });
    expect(headers.location).toBe(`${SPA_ORIGIN}/?state=a%26b%3Dc`);
  });

  test("may come by a form of the application", async () => {
    const { status } = await browser.post(
      "/oidc/logout",
      { id_token_hint: idToken, post_logout_redirect_uri: SPA_ORIGIN },
      { origin: SPA_ORIGIN },
    );
    expect(status).toBe(302);
  });

  test.each<{ name: string; change: () => Promise<Change> }>([
    {
      name: "with another client_id",
      change: () => Promise.resolve({ client_id: WEB.clientId }),
    },
    {
      name: "that is nonsense",
      change: () => Promise.resolve({ id_token_hint: "nonsense" }),
    },
    {
      name: "that is nonsense, beside a client_id",
      change: () =>
        Promise.resolve({ id_token_hint: "nonsense", client_id: SPA.clientId }),
    },
    {
      name: "of another issuer",
      change: async () => ({
        id_token_hint: await issuer.mint({
          clientId: MACHINE.clientId,
          claims: { aud: SPA.clientId, iss: "https://other.example.test/" },
        }),
      }),
    },
  ])("leads nowhere $name", async ({ change }) => {
    const { status, headers } = await leave(await change());
    expect(status).toBe(400);
    expect(headers.location).toBeUndefined();
  });
});
