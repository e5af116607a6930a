/** The attestation's page, for who sees it, who hears it and who prints it. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatHtml } from "../../bin/verify/report/html.ts";
import { SAMPLE_REPORT } from "../verify/support/sample-report.ts";
import { findSeriousIssues, isWiderThanScreen } from "./accessibility.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

test.each([
  { width: 1280, height: 900 },
  { width: 360, height: 800 },
])("fits $width pixels, and axe finds nothing serious", async (viewport) => {
  const page = await browser.newPage({ viewport, bypassCSP: true });
  await page.setContent(formatHtml(SAMPLE_REPORT));
  expect(await isWiderThanScreen(page)).toBe(false);
  expect(await findSeriousIssues(page)).toEqual([]);
  await page.close();
});

test("asks for nothing, and runs nothing that a stage could have put into it", async () => {
  const page = await browser.newPage();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", (dialog) => {
    requests.push("dialog");
    void dialog.dismiss();
  });
  await page.setContent(formatHtml(SAMPLE_REPORT));
  expect(await page.locator("img, script").count()).toBe(0);
  expect(requests).toEqual([]);
  await page.close();
});
