import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import {
  formatEventSource,
  formatFlush,
} from "../../../local/terminal-changes.ts";
import { createTerminal } from "../../../local/terminal.ts";

const plain = createTerminal(new PassThrough(), false);
const coloured = createTerminal(new PassThrough(), true);
const about = { tableName: "tenants", functionLogicalId: "Flush" };
const flush = { apiId: "a", stageName: "prod", atMs: 0, results: 3 };

test.each([
  {
    notice: { kind: "delivered", records: 1 } as const,
    line: "stream  1 change of tenants to Flush",
  },
  {
    notice: {
      kind: "failed",
      records: 2,
      next: "retry",
      pauseMs: 2000,
      reason: "Error: \u001b[31mdown",
    } as const,
    line: "stream  Flush failed on 2 changes, next try in 2 s: Error: down",
  },
  {
    notice: {
      kind: "given_up",
      records: 2,
      condition: "RetryAttemptsExhausted",
      queue: "Failures",
    } as const,
    line: "stream  2 changes of tenants given up (RetryAttemptsExhausted); a message is in Failures",
  },
])("a batch that is $notice.kind has its line", ({ notice, line }) => {
  expect(formatEventSource(plain, { ...about, ...notice })).toBe(line);
});

test("a flush has its line, in colour where there is colour", () => {
  const line = "flush  authorizer cache of prod  3 results forgotten";
  expect(formatFlush(plain, flush)).toBe(line);
  expect(formatFlush(coloured, flush)).toContain("\u001b[35mflush\u001b[39m");
});
