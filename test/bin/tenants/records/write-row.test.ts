/** Conditional writes, against a table that another hand writes to as well. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  insertItem,
  removeItem,
  updateItem,
} from "../../../../bin/tenants/records/write-row.ts";
import { item, startTestTable, type TestTable } from "../support/test-table.ts";

let table: TestTable;
beforeEach(async () => {
  table = await startTestTable();
});
afterEach(async () => {
  await table.close();
});

const target = () => ({
  client: table.client,
  name: table.name,
  tenantClaim: "azp",
});

const full = item("k1", {
  require: { M: { gty: { S: "x" }, org_id: { SS: ["a", "b"] } } },
  context: { M: { tier: { S: "gold" }, seats: { N: "5" } } },
  routes: { L: [{ S: "* /acme/*" }, { S: "GET /acme" }] },
  meta: { M: { deep: { M: { list: { L: [{ N: "1" }, { M: {} }] } } } } },
});

test("an insert refuses a key that is taken, and leaves what is there", async () => {
  await table.put([item("k1")]);
  const other = item("k1", { tenantId: { S: "globex" } });
  await expect(insertItem(target(), other)).rejects.toMatchObject({
    code: "record_exists",
  });
  expect(await table.get("k1")).toEqual(item("k1"));
});

describe("an update", () => {
  test.each([
    { attribute: "status", value: { S: "suspended" } },
    { attribute: "routes", value: { L: [{ S: "GET /acme" }] } },
    { attribute: "require", value: { M: { gty: { S: "y" } } } },
    { attribute: "context", value: { M: { tier: { S: "free" } } } },
    { attribute: "meta", value: { M: {} } },
    { attribute: "plan", value: { S: "pro" } },
  ])(
    "of $attribute goes through when nothing changed",
    async ({ attribute, value }) => {
      await table.put([full]);
      await updateItem(target(), full, { ...full, [attribute]: value });
      expect(await table.get("k1")).toEqual({ ...full, [attribute]: value });
    },
  );

  test.each([
    {
      name: "a member of a map",
      other: { context: { M: { tier: { S: "x" }, seats: { N: "5" } } } },
    },
    {
      name: "one more member",
      other: { context: { M: { ...full["context"]?.M, more: { N: "1" } } } },
    },
    { name: "the tenant", other: { tenantId: { S: "globex" } } },
    { name: "the attribute taken away", other: { context: undefined } },
  ])("is refused when somebody changed $name meanwhile", async ({ other }) => {
    const theirs = item("k1", { ...full, ...other });
    await table.put([theirs]);
    const ours = { ...full, context: { M: { tier: { S: "ours" } } } };
    await expect(updateItem(target(), full, ours)).rejects.toMatchObject({
      code: "record_changed",
    });
    expect(await table.get("k1")).toEqual(theirs);
  });

  test("keeps what somebody else wrote to another attribute meanwhile", async () => {
    await table.put([{ ...full, plan: { S: "pro" } }]);
    await updateItem(target(), full, { ...full, status: { S: "suspended" } });
    expect(await table.get("k1")).toEqual({
      ...full,
      plan: { S: "pro" },
      status: { S: "suspended" },
    });
  });

  test("does not bring back a record that was removed", async () => {
    await expect(
      updateItem(target(), full, { ...full, status: { S: "suspended" } }),
    ).rejects.toMatchObject({ code: "record_changed" });
    expect(await table.get("k1")).toBeUndefined();
  });

  test("takes attributes away", async () => {
    await table.put([full]);
    const { meta, ...without } = full;
    expect(meta).toBeDefined();
    await updateItem(target(), full, without);
    expect(await table.get("k1")).toEqual(without);
  });
});

test("a removal is refused when the record became another tenant's", async () => {
  const theirs = item("k1", { tenantId: { S: "globex" } });
  await table.put([theirs]);
  await expect(removeItem(target(), item("k1"))).rejects.toMatchObject({
    code: "record_changed",
  });
  expect(await table.get("k1")).toEqual(theirs);
});

test("a list too long to compare by members is compared as a whole", async () => {
  // dynalite does not compare lists, so what it is asked is all there is to see.
  const long = item("k1", {
    routes: {
      L: Array.from({ length: 100 }, (_, i) => ({ S: `GET /acme/${i}` })),
    },
  });
  const asked: unknown[] = [];
  const client = {
    send: ((command: { input: unknown }) => {
      asked.push(command.input);
      return Promise.resolve({});
    }) as never,
  };
  await updateItem({ ...target(), client }, long, {
    ...long,
    routes: { L: [{ S: "GET /acme" }] },
  });
  expect(asked).toMatchObject([
    { ConditionExpression: expect.stringMatching(/#n\d = :v\d$/) as string },
  ]);
});
