/** The reference by TypeDoc: whoever exports something says what it is. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { ROOT } from "./foreign-app.ts";

function typedoc(...args: readonly string[]): {
  readonly status: number | null;
  readonly output: string;
} {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/typedoc/bin/typedoc", "--emit", "none", ...args],
    { cwd: ROOT, encoding: "utf8" },
  );
  return { status, output: stdout + stderr };
}

test("every export is documented, and names nothing that is not exported", () => {
  const { status, output } = typedoc();
  expect(output).not.toMatch(/warning|error/i);
  expect(status).toBe(0);
});

test("one that is not would be told", () => {
  const { status, output } = typedoc("--entryPoints", "lib/echo-backend.ts");
  expect(output).toMatch(/EchoBackend\.root.* does not have any documentation/);
  expect(status).not.toBe(0);
});
