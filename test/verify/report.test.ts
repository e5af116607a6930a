import { describe, expect, test } from "vitest";
import { formatHtml } from "../../bin/verify/report/html.ts";
import {
  createPaint,
  formatCheck,
  formatObservations,
  formatSummary,
  wrap,
} from "../../bin/verify/report/terminal.ts";
import { MARKUP, SAMPLE_REPORT } from "./support/sample-report.ts";

describe("the page", () => {
  const page = formatHtml(SAMPLE_REPORT);

  test("shows what it was given as text, never as markup", () => {
    expect(page).not.toContain("<img");
    expect(page).toContain(
      "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;",
    );
  });

  test("runs nothing, loads nothing, and says so to the browser", () => {
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(| on\w+="/i);
    expect(page).toContain("default-src 'none'");
  });

  test("says what was tested, against what, when, with which versions, and how to repeat it", () => {
    for (const text of [
      "https://api.acme.test/prod",
      "2027-01-15T08:00:00.000Z",
      "auth0-tenant-authorizer 1.2.3, Node v24.0.0",
      "420 requests",
      "GET /acme/orders",
      "npm run verify -- --url https://api.acme.test/prod",
    ]) {
      expect(page).toContain(text);
    }
  });

  test("has every check with its verdict, and every finding", () => {
    for (const { id, verdict, findings } of SAMPLE_REPORT.checks) {
      expect(page).toContain(`href="#${id}"`);
      expect(page).toContain(`badge ${verdict.replace(" ", "-")}`);
      expect(page.split("/globex/").length).toBeGreaterThan(findings.length);
    }
  });
});

describe("the terminal", () => {
  const everything = (isColoured: boolean): string => {
    const paint = createPaint(isColoured);
    return [
      ...SAMPLE_REPORT.checks.map((check) => formatCheck(check, paint)),
      formatObservations(SAMPLE_REPORT, paint),
      formatSummary(SAMPLE_REPORT, paint),
    ].join("\n");
  };

  test("needs no more than 80 columns", () => {
    const wide = everything(false)
      .split("\n")
      .filter((line) => line.length > 80);
    expect(wide).toEqual([]);
  });

  test("is plain text unless colours are asked for", () => {
    expect(everything(false)).not.toContain("\x1b");
    expect(everything(true)).toContain("\x1b[31m");
  });

  test("names failed checks, their findings, and what is left out", () => {
    const text = everything(false);
    expect(text).toContain("FAIL    cross-tenant");
    expect(text).toContain("expected: 403");
    expect(text).toContain("and 3 more");
    expect(text).toContain("why: no tenant may be suspended");
    expect(text).toContain("1 passed, 1 failed, 1 not run");
  });

  test("shows no control character of a path", () => {
    expect(wrap("a\x1b[2Jb", 80)).toEqual([String.raw`a\u{1b}[2Jb`]);
  });

  test("keeps every letter of what it wraps", () => {
    const text = `${"long".repeat(30)} and ${MARKUP}`;
    expect(wrap(text, 20).join("").replaceAll(" ", "")).toBe(
      text.replaceAll(" ", ""),
    );
  });
});
