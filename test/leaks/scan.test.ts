import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CANARIES, accessToken } from "../attacks/baseline.ts";
import { SUBJECT } from "../support/tokens.ts";
import { isLeak, scanOutput } from "./scan.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "leaks-test-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const [header = "", payload = ""] = accessToken().split(".");

test.each([
  ["a token", `authorization: Bearer ${accessToken()}`],
  ["the beginning of a token's header", `token ${header.slice(0, 14)}…`],
  ["the beginning of its payload", `"${payload.slice(0, 20)}"`],
  ["the subject that the suites use", `no such user: ${SUBJECT}`],
  ["a claim that has no part in decisions", CANARIES.jti],
])("takes %s for a leak", (_what, line) => {
  expect(isLeak(line)).toBe(true);
});

test("does not take a decision's log line for a leak, and counts it", () => {
  const line =
    '{"level":"INFO","message":{"outcome":"allow","tenantId":"acme","requestId":"c0ffee"}}';
  writeFileSync(join(folder, "1-0.log"), `${line}\n${line}\n`);
  expect(scanOutput(folder)).toEqual({
    processes: 1,
    bytes: 2 * line.length + 2,
    decisions: 2,
    leaks: [],
  });
});

/** Runs a script under the tap, as `npm run leaks` runs the suite. */
function tapped(script: string): void {
  execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: "ignore",
    env: {
      ...process.env,
      LEAKS_OUTPUT: folder,
      NODE_OPTIONS: `--import ${new URL("tap.ts", import.meta.url).href}`,
    },
  });
}

test.each([
  ["on standard output", `process.stdout.write("eyJhbGciOiJSUzI1NiIs")`],
  ["on standard error", `console.error("eyJhbGciOiJSUzI1NiIs")`],
  [
    "in a child with an environment of its own",
    `import { spawn } from "node:child_process";
     spawn(process.execPath, ["-e", "console.log('eyJhbGciOiJSUzI1NiIs')"], { env: {} });`,
  ],
  [
    "in a worker thread",
    `import { Worker } from "node:worker_threads";
     new Worker("console.log('eyJhbGciOiJSUzI1NiIs')", { eval: true });`,
  ],
])("finds what is written %s", (_where, script) => {
  tapped(script);
  expect(scanOutput(folder).leaks).toContainEqual(
    expect.stringContaining("eyJhbGciOiJSUzI1NiIs"),
  );
});
