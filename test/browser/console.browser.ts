/** What people do on the console, in a real browser. */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../local/local-run.ts";
import { launchChromium } from "./chromium.ts";
import { cardOf, openConsole, reasonOf, waysOf } from "./open-console.ts";

let run: LocalRun;
let browser: Browser;

beforeAll(async () => {
  [run, browser] = await Promise.all([startLocalRun(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await run.stop();
});

const AUTHORIZER = [
  "Raw checks",
  "Signature",
  "Claims",
  "Tenant record",
  "Rules and policy",
];
const allPassed = AUTHORIZER.map((step) => `${step} passed`);

/** A row that no application of the issuer belongs to. */
async function putRow(
  attributes: Readonly<Record<string, string>>,
  routes: readonly string[],
): Promise<void> {
  const Item = {
    ...Object.fromEntries(
      Object.entries(attributes).map(([name, S]) => [name, { S }]),
    ),
    routes: { L: routes.map((S) => ({ S })) },
  };
  await run.tableClient.send(
    new PutItemCommand({ TableName: run.endpoints.tableName, Item }),
  );
}

describe("a request", () => {
  test("of acme's own is let in, and every step of its way is shown", async () => {
    await using view = await openConsole(browser, run);
    expect(await view.send()).toBe("200 allowed");
    expect(await waysOf(view.page)).toEqual([
      ...allPassed,
      "Gateway and cache passed",
      "Backend passed",
    ]);
    expect(await view.send()).toBe("200 allowed");
    expect((await waysOf(view.page))[0]).toBe("Raw checks skipped");
    await view.page
      .getByRole("button", { name: "Send with a new token" })
      .click();
    await view.page.getByText("cache miss").waitFor();
    expect(view.faults).toEqual([]);
  });

  test("to globex's route is refused by acme's policy, and the page says where and why", async () => {
    await using view = await openConsole(browser, run);
    const { page } = view;
    await page.getByLabel("Path").fill("/globex/invoices");
    expect(await view.send()).toBe("403 route_not_granted");
    expect(await waysOf(page)).toEqual([
      ...allPassed,
      "Gateway and cache failed here",
      "Backend not reached",
    ]);
    await page.getByText(/^Policy, [\d,]+ of 8,000 bytes$/).click();
    await page.getByText("No statement covers the request").waitFor();
    await page.getByLabel("Path").fill("/acme/reports/drafts/1");
    expect(await view.send()).toBe("403 route_not_granted");
    await page.getByText("Statement 2, which decided").waitFor();
    expect(view.faults).toEqual([]);
  });

  test.each([
    {
      kind: "tampered signature",
      reason: "401 signature_invalid",
      step: "Signature",
    },
    {
      kind: "expired an hour ago",
      reason: "401 token_expired",
      step: "Claims",
    },
    {
      kind: "issued for another API",
      reason: "401 audience_mismatch",
      step: "Claims",
    },
    { kind: "an ID token", reason: "401 audience_mismatch", step: "Claims" },
    {
      kind: "of an unknown application",
      reason: "403 tenant_not_found",
      step: "Tenant record",
    },
    {
      kind: "alg: none",
      reason: "401 algorithm_not_allowed",
      step: "Raw checks",
    },
    {
      kind: "no token at all",
      reason: "401 identity_missing",
      step: "Raw checks",
    },
    { kind: "nonsense", reason: "401 identity_malformed", step: "Raw checks" },
  ])(
    "with a token that is «$kind» is $reason",
    async ({ kind, reason, step }) => {
      await using view = await openConsole(browser, run);
      const { page } = view;
      await page.getByLabel("Token", { exact: true }).selectOption(kind);
      expect(await view.send()).toBe(reason);
      expect(await waysOf(page)).toContain(`${step} failed here`);
      const [status = "", code = ""] = reason.split(" ");
      await page.getByText(`Answer: ${status}`).click();
      const body = await page.getByRole("group", { name: "Body" }).innerText();
      // What a 401's body cannot say is what the page is for.
      expect(body.includes(code)).toBe(status === "403");
      expect(view.faults).toEqual([]);
    },
  );

  test("with a token of one's own is judged, and the page is given no token before it asks for a curl line", async () => {
    await using view = await openConsole(browser, run);
    const { page } = view;
    const bodies: string[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/api/"))
        void response.text().then(
          (body) => bodies.push(body),
          () => undefined,
        );
    });
    const clientId =
      run.endpoints.tenants.find(
        ({ application }) => application === "Globex import",
      )?.clientId ?? "";
    const token = await run.issuer.mint({ clientId });
    await page
      .getByLabel("Token", { exact: true })
      .selectOption("my own, pasted");
    await page.getByLabel("Your token").fill(token);
    await page.getByLabel("Path").fill("/globex/invoices");
    expect(await view.send()).toBe("200 allowed");
    expect(bodies.join()).not.toContain(token.split(".")[2]);
    await page.getByRole("button", { name: "Copy as curl" }).click();
    expect(
      await page.getByRole("group", { name: "curl" }).innerText(),
    ).toContain(token);
    expect(view.faults).toEqual([]);
  });
});

test("suspending acme is seen within ten seconds, and so is its end", async () => {
  await using view = await openConsole(browser, run);
  const { page } = view;
  const acme = cardOf(page, "acme");
  expect(await view.send()).toBe("200 allowed");
  await acme.getByRole("button", { name: "Suspend" }).click();
  await acme
    .getByText(/403 tenant_suspended after \d\.\d s/)
    .waitFor({ timeout: 15_000 });
  expect(await acme.getByText(/Cache emptied after/).count()).toBe(1);
  await acme.getByText("suspended", { exact: true }).first().waitFor();
  expect(await view.send()).toBe("403 tenant_suspended");
  expect(await page.getByText("Decided by the record’s").innerText()).toContain(
    "status",
  );

  await acme.getByRole("button", { name: "Resume" }).click();
  await acme.getByText(/200 after \d\.\d s/).waitFor({ timeout: 15_000 });
  expect(await view.send()).toBe("200 allowed");
  expect(view.faults).toEqual([]);
});

test("with the table down a new tenant gets 503, a button says why it cannot write, and what was read stays", async () => {
  await putRow({ azp: "latecomer", tenantId: "latecomer", status: "active" }, [
    "GET /latecomer/orders",
  ]);
  await using view = await openConsole(browser, run);
  const { page } = view;
  await cardOf(page, "latecomer").waitFor();
  await page.getByRole("button", { name: "Take the table down" }).click();
  await page
    .getByRole("list", { name: "State" })
    .getByText("table down")
    .waitFor();
  await page.getByLabel("Application").selectOption("latecomer: latecomer");
  expect(await page.getByLabel("Path").inputValue()).toBe("/latecomer/orders");
  expect(await view.send()).toBe("503 table_unavailable");
  expect(await waysOf(page)).toContain("Tenant record failed here");
  await page.getByText("The table was not read whole").waitFor();
  expect(view.faults).toEqual([]);

  await cardOf(page, "acme").getByRole("button", { name: "Suspend" }).click();
  await page.getByRole("alert").getByText("the table is down").waitFor();
  await page.getByRole("button", { name: "Bring the table back" }).click();
  await page
    .getByRole("list", { name: "State" })
    .getByText("table up")
    .waitFor();
  expect(await view.send()).toBe("200 allowed");
  // The browser notes the refused write by itself.
  expect(view.faults).toEqual([
    expect.stringContaining("503 (Service Unavailable)"),
  ]);
});

/** As if the tab went behind another one, or came back. */
function hide(isHidden: boolean): string {
  return `
    Object.defineProperty(document, "hidden", { value: ${isHidden}, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  `;
}

test("what others do to the run shows by itself, and a page that nobody sees asks for nothing", async () => {
  await using view = await openConsole(browser, run);
  const { page } = view;
  await run.issuer.stop();
  await page
    .getByRole("list", { name: "State" })
    .getByText("issuer down")
    .waitFor();
  await run.issuer.start();
  await page
    .getByRole("list", { name: "State" })
    .getByText("issuer up")
    .waitFor();

  await page.evaluate(hide(true));
  // What was under way may still come in.
  await page.waitForTimeout(500);
  let asked = 0;
  page.on("request", () => {
    asked += 1;
  });
  await page.waitForTimeout(2_500);
  expect(asked).toBe(0);
  await page.evaluate(hide(false));
  await expect.poll(() => asked).toBeGreaterThan(0);
  // Coming and going at once does not make it ask more often.
  await page.evaluate(`for (let at = 0; at < 10; at += 1) {
    ${hide(true)}
    ${hide(false)}
  }`);
  await page.waitForTimeout(500);
  asked = 0;
  await page.waitForTimeout(3_000);
  expect(asked).toBeLessThanOrEqual(6);
  expect(view.faults).toEqual([]);
});

test("keys, functions, cache and matrix answer to their buttons", async () => {
  await using view = await openConsole(browser, run);
  const { page } = view;
  await view.send();
  await page.getByRole("button", { name: "Empty the cache" }).click();
  await page.getByText("It is empty.").waitFor();
  await page.getByRole("button", { name: "Rotate the signing key" }).click();
  await page.getByRole("button", { name: "Revoke" }).click();
  await page
    .getByText("retired, still published")
    .waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Kill the warm functions" }).click();
  await page.getByRole("button", { name: "Send with a new token" }).click();
  await page.getByText("a cold start included").waitFor();
  await page
    .getByLabel("Each answer of the issuer later by")
    .selectOption("500 ms");
  await page
    .getByRole("list", { name: "State" })
    .getByText("issuer up, slow by 500 ms")
    .waitFor();
  await page
    .getByLabel("Each answer of the issuer later by")
    .selectOption("0 ms");
  await page.getByRole("button", { name: "Ask for all" }).click();
  await page
    .getByText("No tenant opens what another tenant’s routes name.")
    .waitFor();
  expect(
    await page.locator(".matrix td").filter({ hasText: "open" }).count(),
  ).toBeGreaterThan(5);
  expect(view.faults).toEqual([]);
});

test("markup from rows, paths and bodies is shown as text", async () => {
  const markup = "<img src=/hostile onerror=alert(1)>";
  await putRow(
    { azp: markup, tenantId: markup, status: markup, [markup]: markup },
    [`GET /${markup}`],
  );
  await using view = await openConsole(browser, run);
  const { page } = view;
  await page.getByRole("heading", { name: markup }).waitFor();
  await page.getByLabel("Application").selectOption(`${markup}: ${markup}`);
  await page
    .getByLabel("Path")
    .fill("/acme/reports/<img%20src=x%20onerror=alert(1)>");
  await page.getByText("Headers and body", { exact: true }).click();
  await page.getByLabel("Headers, one").fill(`X-Any: ${markup}`);
  await page.getByLabel("Body").fill(markup);
  // No token can name such an application: its value is outside the claim's grammar.
  expect(await view.send()).toBe("401 tenant_claim_malformed");
  await page.getByText(/^GET \/acme\/reports\/<img%20src=x/).waitFor();
  for (const summary of await page.locator("article summary").all())
    await summary.click();
  await page.getByRole("button", { name: "Ask for all" }).click();
  await page.locator(".matrix").waitFor();
  expect(await page.locator("img").count()).toBe(0);
  expect(view.faults).toEqual([]);
});

test("all of it can be done with the keyboard, and one sees where one is", async () => {
  await using view = await openConsole(browser, run);
  const { page } = view;
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate<{ name: string; outline: string }>(
        `(() => {
          const element = document.activeElement;
          const { textContent } = element.labels?.[0] ?? element;
          return {
            name: textContent.trim(),
            outline: getComputedStyle(element).outlineStyle,
          };
        })()`,
      );
      expect(focused).toMatchObject({ outline: "solid" });
      if (name.test(focused.name)) return;
    }
    throw new Error(`Tab never came to ${String(name)}`);
  };
  await tabTo(/^Application/);
  await page.keyboard.type("globex: Globex i");
  await tabTo(/^Path/);
  expect(await page.getByLabel("Path").inputValue()).toBe("/globex/invoices");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("/acme/orders");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator(".reason").count()).toBe(1);
  expect(await reasonOf(page)).toBe("403 route_not_granted");
  await tabTo(/^Policy, /);
  await page.keyboard.press("Enter");
  await page.getByText("No statement covers the request").waitFor();
  await tabTo(/^Log out everyone of umbrella/);
  await page.keyboard.press("Enter");
  await cardOf(page, "umbrella").getByText("everyone logged out").waitFor();
  await tabTo(/^Ask for all/);
  await page.keyboard.press("Enter");
  await page.locator(".matrix").waitFor();
  expect(view.faults).toEqual([]);
});
