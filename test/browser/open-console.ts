/** A page of the console in a browser of its own, and what it must never do. */
import type {
  Browser,
  BrowserContextOptions,
  Locator,
  Page,
} from "playwright-core";
import type { LocalRun } from "../../local/local-run.ts";

export interface ConsolePage extends AsyncDisposable {
  readonly page: Page;
  /** Console errors, uncaught errors, dialogs, and requests to anybody else; each is a defect. */
  readonly faults: readonly string[];
  /** Sends what the form holds, and waits for the answer's reason. */
  readonly send: () => Promise<string>;
}

export async function openConsole(
  browser: Browser,
  run: LocalRun,
  options: BrowserContextOptions = {},
): Promise<ConsolePage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  const own = new URL(run.endpoints.console).origin;
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== own && protocol !== "data:") faults.push(request.url());
  });
  await page.goto(run.endpoints.console);
  await page.getByRole("heading", { name: "acme", exact: true }).waitFor();
  return {
    page,
    faults,
    send: async () => {
      const answered = page.waitForResponse("**/api/requests");
      await page.getByRole("button", { name: "Send", exact: true }).click();
      await answered;
      // The form is free again when the answer stands in the page.
      await page.locator("button.main[aria-disabled=false]").waitFor();
      return await reasonOf(page);
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** `403 route_not_granted` */
export function reasonOf(page: Page): Promise<string> {
  return page.locator(".reason").innerText();
}

/** The steps of the request's way, as `name state`. */
export async function waysOf(page: Page): Promise<readonly string[]> {
  const list = page.getByRole("list", { name: "The request’s way" });
  const steps = await list.getByRole("listitem").all();
  return await Promise.all(
    steps.map(async (step) =>
      [
        await step.locator(".step").innerText(),
        await step.locator(".state").innerText(),
      ].join(" "),
    ),
  );
}

/** The card of one tenant. */
export function cardOf(page: Page, tenantId: string): Locator {
  return page.locator("#tenants .cards > li").filter({
    has: page.getByRole("heading", { name: tenantId, exact: true }),
  });
}
