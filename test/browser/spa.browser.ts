/** The single-page application's whole journey, with the real auth0-spa-js in a real browser. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { findSeriousIssues, isWiderThanScreen } from "./accessibility.ts";
import { startSpaJourney, type SpaJourney } from "./spa-journey.ts";

/** Short, so that a test can see one end. */
const TOKEN_LIFETIME_SECONDS = 8;

let journey: SpaJourney;
let visitor: Awaited<ReturnType<SpaJourney["visit"]>>;
let page: Page;

beforeAll(async () => {
  journey = await startSpaJourney({
    tokenLifetimeSeconds: TOKEN_LIFETIME_SECONDS,
  });
});
afterAll(() => journey.stop());

beforeEach(async () => {
  visitor = await journey.visit();
  ({ page } = visitor);
  return () => visitor.context.close();
});

async function signIn(application: string, username: string): Promise<void> {
  await page.goto(journey.spaOrigin);
  await page.getByText("Nobody is signed in.").waitFor();
  await page.getByLabel("Application").selectOption({ label: application });
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page
    .getByRole("heading", { name: `Sign in to ${application}` })
    .waitFor();
  await page.getByRole("button", { name: `Continue as ${username}` }).click();
  await page.getByText(`${username} is signed in to ${application}.`).waitFor();
}

interface Row {
  readonly status: string;
  readonly reason: string;
  readonly body: string;
}

async function call(request: string, token = "of this sign-in"): Promise<Row> {
  const rows = page.locator("#rows li");
  const before = await rows.count();
  await page.getByLabel("Request", { exact: true }).fill(request);
  await page.getByLabel("Token").selectOption({ label: token });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await rows.nth(before).waitFor();
  const [status = "", reason = "", body = ""] = await Promise.all(
    ["status", "reason", "body"].map((name) =>
      rows.first().locator(`.${name}`).innerText(),
    ),
  );
  return { status, reason, body };
}

/** Cold starts beside a browser may run out of their time: the page is told to try again, and so does this. */
async function callUntilTold(request: string): Promise<Row> {
  for (let attempt = 1; ; attempt += 1) {
    const row = await call(request);
    if (row.status !== "503" || attempt === 5) return row;
  }
}

test.each([
  {
    application: "Acme web app",
    username: "ada@acme.test",
    own: "/acme/orders",
    foreign: "/globex/invoices",
    tenantId: "acme",
  },
  {
    application: "Globex web app",
    username: "hank@globex.test",
    own: "/globex/invoices",
    foreign: "/acme/orders",
    tenantId: "globex",
  },
])(
  "$application's user sees $tenantId's data and no other tenant's",
  async ({ application, username, own, foreign, tenantId }) => {
    await signIn(application, username);
    const mine = await callUntilTold(`GET ${own}`);
    expect(mine.status).toBe("200");
    expect(JSON.parse(mine.body)).toMatchObject({ tenant: { tenantId } });
    const theirs = await call(`GET ${foreign}`);
    expect(theirs).toMatchObject({
      status: "403",
      reason: "route_not_granted, this token does not open it",
    });
    expect(theirs.body).not.toContain("tenantId");
    expect(visitor.errors).toEqual([]);
    expect([...visitor.hosts].sort()).toEqual(["127.0.0.1", "localhost"]);
  },
);

test("the bodies of 401, 403 and 503 are read by a page of another origin", async () => {
  await signIn("Initech web app", "peter@initech.test");
  expect(await callUntilTold("GET /initech/tps")).toMatchObject({
    status: "403",
    reason: "tenant_suspended, this token does not open it",
    body: expect.stringContaining('"requestId"') as string,
  });
  for (const token of ["with a spoiled signature", "none"]) {
    expect(await call("GET /initech/tps", token)).toMatchObject({
      status: "401",
      reason: "unauthorized, sign in again",
      body: expect.stringContaining('"requestId"') as string,
    });
  }
  await journey.run.table.stop();
  try {
    // A token that the gateway keeps no answer for yet.
    await page.getByRole("button", { name: "Renew now" }).click();
    await expect
      .poll(() => call("GET /initech/tps"), { timeout: 20_000 })
      .toMatchObject({
        status: "503",
        reason: "unavailable, try again in 5 s",
      });
  } finally {
    await journey.run.table.start();
  }
});

test("a token that has expired is renewed without the user, and so is one that is refused", async () => {
  await signIn("Acme web app", "ada@acme.test");
  expect((await callUntilTold("GET /acme/orders")).status).toBe("200");
  const renewals: string[] = [];
  page.context().on("request", (request) => {
    if (request.url().endsWith("/oauth/token")) {
      renewals.push(
        new URLSearchParams(request.postData() ?? "").get("grant_type") ?? "",
      );
    }
  });
  await page.waitForTimeout((TOKEN_LIFETIME_SECONDS + 1) * 1000);
  expect((await callUntilTold("GET /acme/orders")).status).toBe("200");
  expect(renewals).toEqual(["refresh_token"]);
});

test("a page that is loaded anew asks Auth0's session, and nobody has to sign in again", async () => {
  await signIn("Acme web app", "ada@acme.test");
  await page.reload();
  await page.getByText("ada@acme.test is signed in to Acme web app.").waitFor();
  expect((await callUntilTold("GET /acme/orders")).status).toBe("200");
});

test("signing out ends Auth0's session: the next sign-in asks who it is", async () => {
  await signIn("Acme web app", "ada@acme.test");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("Nobody is signed in.").waitFor();
  await page.reload();
  await page.getByText("Nobody is signed in.").waitFor();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page
    .getByRole("heading", { name: "Sign in to Acme web app" })
    .waitFor();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing serious, and nothing is cut off at 360 px (%s)",
  async (colorScheme) => {
    const { page, context } = await journey.visit({
      colorScheme,
      viewport: { width: 360, height: 800 },
      bypassCSP: true,
    });
    const look = async (name: string): Promise<void> => {
      await page.screenshot({
        path: `screenshots/${name}-360-${colorScheme}.png`,
        fullPage: true,
      });
      expect(await findSeriousIssues(page)).toEqual([]);
      expect(await isWiderThanScreen(page)).toBe(false);
    };
    await page.goto(journey.spaOrigin);
    await page.getByText("Nobody is signed in.").waitFor();
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: /^Sign in to/ }).waitFor();
    await look("sign-in");
    await page
      .getByRole("button", { name: /^Continue as/ })
      .first()
      .click();
    await page.getByText("is signed in to").waitFor();
    await page.getByRole("button", { name: "Send all" }).click();
    await page.locator("#rows li").nth(6).waitFor();
    await look("spa");
    await context.close();
  },
);
