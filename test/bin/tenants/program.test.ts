/** The command line itself: help, usage, exit codes, and the command as a process. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../../bin/tenants/commands/commands.ts";
import { item, startTestTable, type TestTable } from "./support/test-table.ts";
import { run } from "./support/test-world.ts";

test("--help lists every subcommand", async () => {
  const { stdout, exitCode } = await run("--help");
  expect(exitCode).toBe(0);
  for (const { name } of COMMANDS) {
    expect(stdout).toMatch(new RegExp(`^ +${name} `, "m"));
  }
});

test.each(COMMANDS)(
  "$name --help shows its examples",
  async ({ name, examples }) => {
    const { stdout, exitCode } = await run(`${name} --help`);
    expect(exitCode).toBe(0);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(stdout).toContain(`  ${example}\n`);
  },
);

test.each([
  { line: "", says: "Usage: tenants" },
  { line: "lits", says: "Did you mean list?" },
  { line: "list --nope", says: "unknown option" },
  { line: "list more", says: "too many arguments" },
  { line: "get", says: "missing required argument" },
  { line: "add k1", says: "--tenant" },
  { line: "add k1 --tenant a --require org_id", says: "name=value" },
  { line: "add k1 --tenant a --context seats:=[]", says: "Expected a text" },
  { line: "add k1 --tenant a --meta [1]", says: "JSON object" },
  { line: "add k1 --tenant a --expires-at soon", says: "epoch seconds" },
  { line: 'get ""', says: "empty" },
])("refuses [$line] as usage", async ({ line, says }) => {
  const table = await startTestTable();
  const { exitCode, stderr } = await run(`${table.options} ${line}`);
  await table.close();
  expect(exitCode).toBe(2);
  expect(stderr).toContain(says);
});

test.each(["get", "suspend", "remove", "policy", ""])(
  "does not repeat a token that was typed after [%s]",
  async (name) => {
    const table = await startTestTable();
    const token = "eyJhbGciOiJSUzI1NiJ9.eyJhenAiOiJrMSJ9.c2lnbmF0dXJl";
    for (const json of ["", "--json"]) {
      const { stdout, stderr } = await run(
        `${table.options} ${name} ${token} ${json}`,
      );
      expect(stdout + stderr).not.toContain("eyJ");
      expect(stderr).toContain("[token]");
    }
    await table.close();
  },
);

describe("as a process", () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTestTable();
    await table.put([item("k1")]);
  });
  afterAll(async () => {
    await table.close();
  });

  const start = (line: string, env: Readonly<Record<string, string>> = {}) =>
    new Promise<{ exitCode: number; stdout: string; stderr: string }>(
      (resolve) => {
        const program = join(import.meta.dirname, "../../../bin/tenants.ts");
        const child = execFile(
          process.execPath,
          [program, ...line.split(" ").filter((word) => word !== "")],
          { env: { PATH: process.env["PATH"], ...env } },
          (_error, stdout, stderr) => {
            resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
          },
        );
        child.stdin?.end();
      },
    );

  test("answers on stdout and exits with 0", async () => {
    const { exitCode, stdout, stderr } = await start(`${table.options} list`);
    expect(stdout).toMatch(/^acme +k1 +active +1$/m);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "1 record\n" });
  });

  test("exits with 1 when it was refused, having asked nobody", async () => {
    const { exitCode, stderr } = await start(`${table.options} remove k1`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("give --yes");
    expect(await table.get("k1")).toEqual(item("k1"));
  });

  test("exits with 2 for what it does not understand", async () => {
    expect((await start("nope")).exitCode).toBe(2);
  });

  test("exits with 3, and says what to do, without credentials", async () => {
    const { exitCode, stderr } = await start("list --region eu-central-1", {
      HOME: table.directory,
      AWS_EC2_METADATA_DISABLED: "true",
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain("no AWS credentials found");
  });
});
