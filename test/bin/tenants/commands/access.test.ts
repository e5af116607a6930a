/** suspend, resume, log-out and remove: what they write, to which records, and what they refuse. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { item, startTestTable, type TestTable } from "../support/test-table.ts";
import { NOW, run } from "../support/test-world.ts";

let table: TestTable;
beforeEach(async () => {
  table = await startTestTable();
});
afterEach(async () => {
  await table.close();
});

const tenants = (line: string, world = {}) =>
  run(`${table.options} ${line}`, world);
const globex = item("k3", { tenantId: { S: "globex" } });
const statusOf = async (key: string) => (await table.get(key))?.["status"]?.S;

describe("suspend", () => {
  test("suspends every record of a tenant id, and no other", async () => {
    await table.put([item("k1"), item("k2"), globex]);
    const { exitCode, stdout } = await tenants("suspend acme");
    expect(exitCode).toBe(0);
    expect(stdout).toBe("acme  k1  suspended\nacme  k2  suspended\n");
    expect(await table.get("k1")).toEqual(
      item("k1", { status: { S: "suspended" } }),
    );
    expect(await statusOf("k2")).toBe("suspended");
    expect(await table.get("k3")).toEqual(globex);
  });

  test("suspends one record alone when it is named by its key", async () => {
    await table.put([item("k1"), item("k2")]);
    await tenants("suspend k1");
    expect([await statusOf("k1"), await statusOf("k2")]).toEqual([
      "suspended",
      "active",
    ]);
  });

  test("asks which is meant when a name is a key and another tenant's id", async () => {
    await table.put([item("globex"), globex]);
    const { exitCode, stderr } = await tenants("suspend globex");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--by key or --by tenant");
    await tenants("suspend globex --by tenant");
    expect([await statusOf("globex"), await statusOf("k3")]).toEqual([
      "active",
      "suspended",
    ]);
  });

  test("suspends all records of a tenant whose id is also one of their keys", async () => {
    await table.put([item("acme"), item("k2")]);
    await tenants("suspend acme");
    expect([await statusOf("acme"), await statusOf("k2")]).toEqual([
      "suspended",
      "suspended",
    ]);
  });

  test("suspends a record that is broken otherwise, and says so", async () => {
    await table.put([item("k1", { tokenValidAfter: { N: "1" } })]);
    const { exitCode, stderr } = await tenants("suspend acme");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("k1 is broken otherwise: tokenValidAfter:");
    expect(await statusOf("k1")).toBe("suspended");
  });

  test("writes nothing the second time", async () => {
    await table.put([item("k1", { status: { S: "suspended" } })]);
    const { stdout, exitCode } = await tenants("suspend acme --json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      records: [{ key: "k1", tenantId: "acme", written: false }],
    });
  });

  test("says that there is no such tenant", async () => {
    const { exitCode, stderr } = await tenants("suspend nobody");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("no record with a tenant id or a key nobody");
  });
});

describe("resume", () => {
  test("lets a suspended tenant in again", async () => {
    await table.put([item("k1", { status: { S: "suspended" } })]);
    expect((await tenants("resume acme")).exitCode).toBe(0);
    expect(await table.get("k1")).toEqual(item("k1"));
  });

  test("refuses to activate a record that is broken otherwise", async () => {
    const broken = item("k1", {
      status: { S: "suspended" },
      routes: { SS: ["get /acme"] },
    });
    await table.put([broken]);
    const { exitCode, stderr } = await tenants("resume acme");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("routes:");
    expect(await table.get("k1")).toEqual(broken);
  });
});

describe("log-out", () => {
  test("refuses what was issued until now, the current second included", async () => {
    await table.put([item("k1"), item("k2")]);
    await tenants("log-out acme", { now: () => NOW * 1_000 + 1 });
    const after = { tokensValidAfter: { N: String(NOW + 1) } };
    expect(await table.get("k1")).toEqual(item("k1", after));
    expect(await table.get("k2")).toEqual(item("k2", after));
  });

  test("never moves backwards", async () => {
    const later = item("k1", { tokensValidAfter: { N: String(NOW + 500) } });
    await table.put([later]);
    expect((await tenants("log-out acme")).exitCode).toBe(0);
    expect(await table.get("k1")).toEqual(later);
  });

  test("repairs a time that was written in milliseconds", async () => {
    await table.put([item("k1", { tokensValidAfter: { N: `${NOW}000` } })]);
    await tenants("log-out acme");
    expect(await table.get("k1")).toEqual(
      item("k1", { tokensValidAfter: { N: String(NOW) } }),
    );
  });

  test("refuses a time that would break the record", async () => {
    await table.put([item("k1")]);
    const { exitCode } = await tenants(`log-out acme --at ${NOW}000`);
    expect(exitCode).toBe(1);
    expect(await table.get("k1")).toEqual(item("k1"));
  });
});

describe("remove", () => {
  test("refuses to remove without --yes where nobody can be asked", async () => {
    await table.put([item("k1")]);
    const { exitCode, stderr } = await tenants("remove k1");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("give --yes");
    expect(await table.get("k1")).toEqual(item("k1"));
  });

  test.each([
    { answer: "y", isRemoved: true },
    { answer: "n", isRemoved: false },
    { answer: "", isRemoved: false },
  ])("asks, and takes $answer for an answer", async ({ answer, isRemoved }) => {
    await table.put([item("k1")]);
    const questions: string[] = [];
    const { exitCode } = await tenants("remove k1", {
      isInteractive: true,
      ask: (question: string) => {
        questions.push(question);
        return Promise.resolve(answer);
      },
    });
    expect(questions).toEqual(["remove 1 record? [y/N] "]);
    expect(exitCode).toBe(isRemoved ? 0 : 1);
    expect((await table.get("k1")) === undefined).toBe(isRemoved);
  });

  test("prints what it removed in the form that import takes", async () => {
    await table.put([item("k1"), globex]);
    const { stdout } = await tenants("remove k1 --yes --json");
    expect(JSON.parse(stdout)).toEqual({
      removed: [
        {
          azp: "k1",
          tenantId: "acme",
          status: "active",
          routes: ["* /acme/*"],
        },
      ],
    });
    expect(await table.all()).toEqual([globex]);
  });

  test("removes one of a tenant's records only when it is named by its key", async () => {
    await table.put([item("k1"), item("k2")]);
    expect((await tenants("remove acme --yes")).exitCode).toBe(2);
    expect(await table.all()).toHaveLength(2);
    expect((await tenants("remove acme --all --yes")).exitCode).toBe(0);
    expect(await table.all()).toEqual([]);
  });
});
