import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "../../../../bin/tenants/world.ts";
import { item, startTestTable, type TestTable } from "../support/test-table.ts";
import { run } from "../support/test-world.ts";

let table: TestTable;
beforeEach(async () => {
  table = await startTestTable();
});
afterEach(async () => {
  await table.close();
});

const tenants = (line: string, world: Partial<World> = {}) =>
  run(`${table.options} ${line}`, world);
const fileOf = async (name: string, text: string) => {
  const file = join(table.directory, name);
  await writeFile(file, text);
  return file;
};
const sorted = (items: readonly Record<string, unknown>[]) =>
  items.map((entry) => JSON.stringify(entry, Object.keys(entry).sort())).sort();

/** Every attribute, in types of every kind. */
const RICH = [
  item("k1", {
    require: {
      M: {
        org_id: { SS: ["b", "a"] },
        tier: { L: [{ N: "1" }, { BOOL: true }] },
      },
    },
    context: { M: { tier: { S: "yes: no # 1" }, seats: { N: "5.5" } } },
    meta: {
      M: {
        big: { N: "12345678901234567890" },
        none: { NULL: true },
        set: { NS: ["2", "1"] },
        text: { S: "two\nlines \u0007" },
      },
    },
    tokensValidAfter: { N: "1700000000" },
  }),
  item("k2", { routes: { L: [{ S: "GET /acme/b" }, { S: "GET /acme/a" }] } }),
];

describe("export, then import", () => {
  test.each(["jsonl", "yaml"])(
    "as %s brings back every record as it was",
    async (extension) => {
      await table.put(RICH);
      const file = join(table.directory, `all.${extension}`);
      expect((await tenants(`export ${file}`)).exitCode).toBe(0);
      const before = await table.all();
      expect((await tenants("remove acme --all --yes")).exitCode).toBe(0);
      const { exitCode, stdout } = await tenants(`import ${file}`);
      expect(stdout).toContain("2 new, 0 changed, 0 unchanged: wrote 2");
      expect(exitCode).toBe(0);
      const after = await table.all();
      expect(after).toHaveLength(2);
      const { stdout: again } = await tenants(`import ${file} --dry-run`);
      expect(again).toBe("0 new, 0 changed, 2 unchanged\n");
      expect(sorted(after)).toEqual(sorted(before));
    },
  );

  test("through a pipe changes nothing, broken records included", async () => {
    await table.put([...RICH, item("k3", { typo: { S: "x" } })]);
    const { stdout } = await tenants("export");
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    const imported = await tenants("import - --json", {
      readStdin: () => Promise.resolve(stdout),
    });
    expect(imported.exitCode).toBe(0);
    expect(imported.json()).toMatchObject({ unchanged: 3, written: [] });
  });

  test("asks before it replaces a file", async () => {
    const file = await fileOf("all.yaml", "mine");
    expect((await tenants(`export ${file}`)).exitCode).toBe(1);
    expect(await readFile(file, "utf8")).toBe("mine");
    expect((await tenants(`export ${file} --yes`)).exitCode).toBe(0);
    expect(await readFile(file, "utf8")).toBe("[]\n");
  });
});

const line = (key: string, more: object = {}) =>
  JSON.stringify({
    azp: key,
    tenantId: "acme",
    status: "active",
    routes: ["* /acme/*"],
    ...more,
  });

describe("import", () => {
  test("shows what would change, and writes nothing, with --dry-run", async () => {
    await table.put([item("k1", { plan: { S: "free" } })]);
    const file = await fileOf(
      "in.jsonl",
      `${line("k1", { plan: "pro" })}\n${line("k2")}\n`,
    );
    const { stdout, exitCode } = await tenants(`import ${file} --dry-run`);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      "new      acme  k2\nchanged  acme  k1\n  - plan: free\n  + plan: pro\n1 new, 1 changed, 0 unchanged\n",
    );
    expect(await table.all()).toEqual([item("k1", { plan: { S: "free" } })]);
  });

  test("changes records that exist only with --yes or an answer", async () => {
    await table.put([item("k1")]);
    const file = await fileOf("in.jsonl", line("k1", { plan: "pro" }));
    expect((await tenants(`import ${file}`)).exitCode).toBe(1);
    expect(await table.get("k1")).toEqual(item("k1"));
    expect((await tenants(`import ${file} --yes`)).exitCode).toBe(0);
    expect(await table.get("k1")).toEqual(item("k1", { plan: { S: "pro" } }));
  });

  test("leaves records alone that the file does not name", async () => {
    await table.put([item("k1")]);
    const file = await fileOf("in.jsonl", line("k2"));
    await tenants(`import ${file}`);
    expect(await table.all()).toHaveLength(2);
  });

  test.each([
    {
      name: "a broken record",
      text: `${line("k1")}\n${line("k2", { status: "Active" })}`,
      says: "line 2: status:",
    },
    {
      name: "an unknown attribute",
      text: line("k2", { statsu: "active" }),
      says: "line 1: statsu:",
    },
    {
      name: "a key twice",
      text: `${line("k1")}\n\n${line("k1")}`,
      says: "line 3: has the same key as line 1: k1",
    },
    {
      name: "a record without a key",
      text: '{"tenantId":"acme"}',
      says: "azp: missing, and it is the key",
    },
    {
      name: "a record of another table",
      text: '{"org_id":"org_a"}',
      says: "keyed by org_id",
    },
    {
      name: "a key that no token carries",
      text: line("k 1"),
      says: "azp: no token can carry it",
    },
    { name: "what is no JSON", text: `${line("k1")}\n{`, says: "line 2: " },
    {
      name: "a list for a record",
      text: "[]",
      says: "line 1: expected a JSON object",
    },
    {
      name: "a number that would be rounded",
      text: line("k1").replace("}", ',"meta":{"n":9007199254740993}}'),
      says: "would be rounded",
    },
    {
      name: "a fraction that would be rounded",
      text: line("k1").replace("}", ',"meta":{"n":0.1000000000000000055}}'),
      says: "would be rounded",
    },
  ])("with $name writes nothing at all", async ({ text, says }) => {
    const file = await fileOf("in.jsonl", text);
    const { exitCode, stderr } = await tenants(`import ${file}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("nothing was written");
    expect(stderr).toContain(says);
    expect(await table.all()).toEqual([]);
  });

  test("reads YAML that people write", async () => {
    const file = await fileOf(
      "in.yml",
      `# our tenants\n- azp: k1\n  tenantId: acme\n  status: active\n  routes:\n    - "* /acme/*"\n  expiresAt: 1900000000\n`,
    );
    await tenants(`import ${file}`);
    expect(await table.get("k1")).toEqual(
      item("k1", { expiresAt: { N: "1900000000" } }),
    );
  });

  test.each([
    { name: "a broken file", text: "- azp: [" },
    { name: "a text", text: "hello" },
    {
      name: "an alias bomb",
      text: `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c]\n`,
    },
  ])("refuses $name as YAML", async ({ text }) => {
    const file = await fileOf("in.yaml", text);
    expect((await tenants(`import ${file}`)).exitCode).toBe(1);
    expect(await table.all()).toEqual([]);
  });

  test("asks for a format where the file's name does not say it", async () => {
    const file = await fileOf("in.txt", line("k1"));
    expect((await tenants(`import ${file}`)).exitCode).toBe(2);
    expect((await tenants(`import ${file} --format jsonl`)).exitCode).toBe(0);
  });
});

describe("an import that fails half way", () => {
  const keys = Array.from({ length: 30 }, (_, index) => `k${index + 10}`);
  const text = keys.map((key) => line(key)).join("\n");

  /** The table, but writes from the n-th on meet a fault. */
  function failing(from: number, fault: () => Error): Partial<World> {
    let writes = 0;
    const send = async (command: { constructor: { name: string } }) => {
      if (command.constructor.name === "PutItemCommand") {
        writes += 1;
        if (writes >= from) throw fault();
      }
      return await table.client.send(command as never);
    };
    return {
      aws: {
        dynamoDb: () => ({ send: send as DynamoDBClient["send"] }),
      } as unknown as World["aws"],
    };
  }

  interface Outcome {
    readonly written: readonly string[];
    readonly notWritten: readonly { readonly key: string }[];
  }

  test("says of every record whether it was written, and can be run again", async () => {
    const file = await fileOf("in.jsonl", text);
    const throttled = failing(
      12,
      () =>
        new ProvisionedThroughputExceededException({
          message: "slow down",
          $metadata: {},
        }),
    );
    const failed = await tenants(`import ${file} --json`, throttled);
    expect(failed.exitCode).toBe(3);
    const { written, notWritten } = failed.json() as Outcome;
    const inTable = (await table.all()).map(({ azp }) => azp?.S ?? "");
    expect([...written].sort()).toEqual(inTable.sort());
    expect([...written, ...notWritten.map(({ key }) => key)].sort()).toEqual(
      [...keys].sort(),
    );
    expect(written).toHaveLength(11);

    const again = await tenants(`import ${file}`);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain("19 new, 0 changed, 11 unchanged: wrote 19");
    expect(await table.all()).toHaveLength(30);
  });

  test("goes on after a record that somebody else wrote meanwhile", async () => {
    const file = await fileOf("in.jsonl", text);
    let conflicts = 0;
    const once = failing(1, () => {
      conflicts += 1;
      return new ConditionalCheckFailedException({
        message: "no",
        $metadata: {},
      });
    });
    const { exitCode, stdout } = await tenants(`import ${file}`, once);
    expect(exitCode).toBe(1);
    expect(conflicts).toBe(30);
    expect(stdout).toContain("not written: k10: there is already a record");
    expect(stdout).toContain("run the same import again");
  });

  test("stops at Ctrl-C after what is under way", async () => {
    const file = await fileOf("in.jsonl", text);
    const interruption = new AbortController();
    interruption.abort();
    const { exitCode, stdout } = await tenants(`import ${file}`, {
      catchInterrupt: () => interruption.signal,
    });
    expect(exitCode).toBe(130);
    expect(stdout).toContain("not written: k10: stopped by Ctrl-C");
    expect(await table.all()).toEqual([]);
  });
});

describe("a usage key", () => {
  const usageKey = { S: "tenantkey0123456789abcdef" };

  test("is not exported, and an import of the export changes nothing", async () => {
    await table.put([item("k1", { usageKey })]);
    const file = join(table.directory, "all.jsonl");
    await tenants(`export ${file}`);
    expect(await readFile(file, "utf8")).not.toContain("usageKey");
    expect((await tenants(`import ${file}`)).stdout).toContain("1 unchanged");
    expect((await table.get("k1"))?.["usageKey"]).toEqual(usageKey);
  });

  test("in a file is not imported: it may be another API's, or of a key that is gone", async () => {
    const record = {
      azp: "k1",
      tenantId: "acme",
      status: "active",
      routes: ["* /acme/*"],
      usageKey: usageKey.S,
    };
    const file = await fileOf("one.jsonl", JSON.stringify(record));
    expect((await tenants(`import ${file}`)).exitCode).toBe(0);
    expect(await table.get("k1")).toMatchObject({ tenantId: { S: "acme" } });
    expect(await table.get("k1")).not.toHaveProperty("usageKey");
  });
});
