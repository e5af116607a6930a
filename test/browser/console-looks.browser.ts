/**
 * How the console looks, for who sees it and for who hears it. Writes its screenshots into `screenshots/`;
 * `cp screenshots/console.png docs/images/console.png` puts the one of the README in its place.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../local/local-run.ts";
import { findSeriousIssues, isWiderThanScreen } from "./accessibility.ts";
import { launchChromium } from "./chromium.ts";
import { openConsole, type ConsolePage } from "./open-console.ts";

const SCREENSHOTS = join(import.meta.dirname, "../../screenshots");

let run: LocalRun;
let browser: Browser;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [run, browser] = await Promise.all([startLocalRun(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await run.stop();
});

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 800 };
const LOOKS = [WIDE, PHONE].flatMap((viewport) =>
  (["light", "dark"] as const).map((colorScheme) => ({
    name: `${viewport.width}-${colorScheme}`,
    viewport,
    colorScheme,
  })),
);

/** Everything that can be opened is open, and there is something in every panel. */
async function fillPage({ page, send }: ConsolePage): Promise<void> {
  await page.getByLabel("Path").fill("/globex/invoices");
  expect(await send()).toBe("403 route_not_granted");
  await page.getByRole("button", { name: "Ask for all" }).click();
  await page.locator(".matrix").waitFor();
  await scrollToTop(page);
}

function scrollToTop(page: Page): Promise<void> {
  return page.evaluate("scrollTo({ top: 0, behavior: 'instant' })");
}

async function openAll(page: Page): Promise<void> {
  for (const summary of await page.locator("summary").all()) {
    await summary.click();
  }
}

describe.each(LOOKS)("at $name", ({ name, viewport, colorScheme }) => {
  test("axe finds nothing serious, and nothing makes the page scroll sideways", async () => {
    // axe comes as a script of the test's own, which the page's policy rightly refuses.
    await using view = await openConsole(browser, run, {
      viewport,
      colorScheme,
      bypassCSP: true,
    });
    const { page } = view;
    await fillPage(view);
    await page.screenshot({ path: join(SCREENSHOTS, `console-${name}.png`) });
    await openAll(page);
    await scrollToTop(page);
    expect(await isWiderThanScreen(page)).toBe(false);
    await page.screenshot({
      path: join(SCREENSHOTS, `console-${name}-all.png`),
      fullPage: true,
    });
    expect(await findSeriousIssues(page)).toEqual([]);
    expect(view.faults).toEqual([]);
  });
});

test("axe is asked in a way that lets it find something", async () => {
  await using view = await openConsole(browser, run, { bypassCSP: true });
  await view.page.evaluate(
    "document.querySelector('main').append(document.createElement('button'))",
  );
  const [issue] = await findSeriousIssues(view.page);
  expect(issue).toMatch(/^button-name: /);
});

test("nothing moves for who asked for that", async () => {
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    await using view = await openConsole(browser, run, { reducedMotion });
    const behaviour = await view.page.evaluate<string>(
      "getComputedStyle(document.documentElement).scrollBehavior",
    );
    expect(behaviour).toBe(reducedMotion === "reduce" ? "auto" : "smooth");
  }
});

test("the reason is the largest text of the page", async () => {
  for (const viewport of [WIDE, PHONE]) {
    await using view = await openConsole(browser, run, { viewport });
    await fillPage(view);
    const sizes = await view.page.evaluate<{ reason: number; others: number }>(
      `(() => {
        const sizeOf = (element) => parseFloat(getComputedStyle(element).fontSize);
        const all = [...document.querySelectorAll("body *")];
        const reason = all.filter((element) => element.closest(".reason") !== null);
        const others = all.filter((element) => !reason.includes(element));
        return { reason: Math.min(...reason.map(sizeOf)), others: Math.max(...others.map(sizeOf)) };
      })()`,
    );
    expect(sizes.reason).toBeGreaterThan(sizes.others);
  }
});

test("the README's picture is taken", async () => {
  await using view = await openConsole(browser, run);
  await fillPage(view);
  // Nothing of it shall look as if it had the keyboard.
  await view.page.evaluate("document.activeElement.blur()");
  const path = join(SCREENSHOTS, "console.png");
  await view.page.screenshot({ path });
  expect(statSync(path).size).toBeLessThan(200_000);
});
