import { describe, expect, test } from "vitest";
import {
  RETIRE_AFTER_MS,
  change,
  createAccount,
  insertion,
  keyValue,
  row,
} from "./fake-account.ts";

const ACME = row("a1", "acme");

describe("a change of a row", () => {
  test("gets its tenant a key in its plan, and only then its confirmation", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.deliver(insertion(ACME));
    expect(account.calls).toEqual(["find", "create", "attach"]);
    expect(account.seats()).toEqual(["acme/free in planfree"]);
    expect(account.usageKeyOf("a1")).toBe(keyValue("acme"));
    expect(account.reports).toEqual([
      {
        keysMade: 1,
        keysRemoved: 0,
        rowsConfirmed: 1,
        rowsOverLimit: 0,
        rowsLeft: 0,
      },
    ]);
  });

  test("that is the confirmation itself causes nothing", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.deliver(insertion(ACME));
    const confirmed = account.rows.get("a1") ?? {};
    account.calls.length = 0;
    await account.deliver(change(confirmed));
    expect(account.calls).toEqual([]);
  });

  test.each([
    { name: "its plan", plan: "pro", seat: "acme/pro in planpro" },
    {
      name: "the default one when it is not deployed",
      plan: "gold",
      seat: "acme/free in planfree",
    },
  ])("puts the key into $name", async ({ plan, seat }) => {
    const account = createAccount();
    const image = row("a1", "acme", { plan });
    account.put(image);
    await account.deliver(change(image));
    expect(account.seats()).toEqual([seat]);
  });

  test("of several rows of a tenant makes one key, and confirms it in each", async () => {
    const account = createAccount();
    const images = [row("a1", "acme"), row("a2", "acme")];
    account.put(...images);
    await account.deliver(...images.map(insertion));
    expect(account.calls).toEqual(["find", "create", "attach"]);
    expect(account.usageKeyOf("a2")).toBe(keyValue("acme"));
  });

  test("of plan leaves the old key where it is: answers that name it are still repeated", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.deliver(insertion(ACME));
    const moved = { ...account.rows.get("a1"), plan: { S: "pro" } };
    account.put(moved);
    await account.deliver(change(moved));
    expect(account.seats()).toEqual([
      "acme/free in planfree",
      "acme/pro in planpro",
    ]);
    expect(account.usageKeyOf("a1")).toBe(keyValue("acme", "pro"));
  });

  test("makes sure of a key that comes with a new row: it may have been copied from elsewhere", async () => {
    const account = createAccount();
    const image = row("a1", "acme", { usageKey: keyValue("acme") });
    account.put(image);
    await account.deliver(insertion(image));
    expect(account.seats()).toEqual(["acme/free in planfree"]);
  });

  test("that another has overtaken confirms nothing", async () => {
    const account = createAccount();
    account.put({ ...ACME, usageKey: { S: "tenantkeyof20letters" } });
    await account.deliver(change(ACME));
    expect(account.usageKeyOf("a1")).toBe("tenantkeyof20letters");
  });

  test.each([
    ["a removal", { eventName: "REMOVE", dynamodb: { OldImage: ACME } }],
    ["a row without a tenant", insertion({ azp: { S: "a1" } })],
    ["a tenant outside its grammar", insertion(row("a1", "../x"))],
    ["a plan outside its grammar", insertion(row("a1", "acme", { plan: "" }))],
    ["nothing", null],
  ])("that is %s makes no key", async (_name, record) => {
    const account = createAccount();
    await account.deliver(record);
    expect(account.calls).toEqual([]);
  });
});

describe("a call that fails", () => {
  test.each(["find", "create", "attach"])(
    "at %s rejects unconfirmed, and the next delivery ends it",
    async (call) => {
      const account = createAccount();
      account.put(ACME);
      account.state.failing = call;
      await expect(account.deliver(insertion(ACME))).rejects.toThrow(call);
      expect(account.usageKeyOf("a1")).toBeUndefined();
      await account.deliver(insertion(ACME));
      expect(account.seats()).toEqual(["acme/free in planfree"]);
      expect(account.usageKeyOf("a1")).toBe(keyValue("acme"));
    },
  );
});

describe("when the account has as many keys as it may", () => {
  test("tenants stay on the shared key, which is reported and asked for once", async () => {
    const account = createAccount();
    const images = [row("a1", "acme"), row("g1", "globex")];
    account.put(...images);
    account.state.isFull = true;
    await account.deliver(...images.map(insertion));
    expect(account.calls.filter((call) => call === "create")).toHaveLength(1);
    expect(account.reports).toMatchObject([{ rowsOverLimit: 2, keysMade: 0 }]);
    expect(account.usageKeyOf("a1")).toBeUndefined();
  });

  test("a sweep gives them theirs as soon as there is room", async () => {
    const account = createAccount();
    account.put(ACME);
    account.state.isFull = true;
    await account.sweep();
    expect(account.reports).toMatchObject([{ rowsOverLimit: 1 }]);
    account.state.isFull = false;
    await account.sweep();
    expect(account.usageKeyOf("a1")).toBe(keyValue("acme"));
  });
});

describe("a sweep", () => {
  test("gives keys to the rows that were there before", async () => {
    const account = createAccount();
    account.put(ACME, row("g1", "globex", { plan: "pro" }));
    await account.sweep();
    expect(account.seats()).toEqual([
      "acme/free in planfree",
      "globex/pro in planpro",
    ]);
    expect(account.usageKeyOf("g1")).toBe(keyValue("globex", "pro"));
  });

  test("changes nothing where everything fits", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.sweep();
    account.calls.length = 0;
    await account.sweep();
    expect(account.calls).toEqual(["list", "listPlan", "listPlan"]);
  });

  test("makes a key anew that somebody has deleted", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.sweep();
    account.keys.clear();
    await account.sweep();
    expect(account.seats()).toEqual(["acme/free in planfree"]);
  });

  test("puts a key back into the plan that it was taken out of", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.sweep();
    account.plans.get("planfree")?.clear();
    await account.sweep();
    expect(account.seats()).toEqual(["acme/free in planfree"]);
  });

  test("removes a tenant's key when its last row is gone, and not before answers that name it are", async () => {
    const account = createAccount();
    account.put(ACME, row("a2", "acme"));
    await account.sweep();
    account.rows.delete("a1");
    account.wait(RETIRE_AFTER_MS);
    await account.sweep();
    account.rows.delete("a2");
    await account.sweep();
    account.wait(RETIRE_AFTER_MS - 1);
    await account.sweep();
    expect(account.seats()).toEqual(["acme/free in planfree"]);
    account.wait(1);
    await account.sweep();
    expect(account.seats()).toEqual([]);
    expect(account.reports.at(-1)).toMatchObject({ keysRemoved: 1 });
  });

  test("forgets that a key was unused when its tenant returns", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.sweep();
    account.rows.delete("a1");
    await account.sweep();
    account.put(ACME);
    await account.deliver(insertion(ACME));
    account.rows.delete("a1");
    account.wait(RETIRE_AFTER_MS);
    await account.sweep();
    expect(account.seats()).toEqual(["acme/free in planfree"]);
  });

  test("gives a tenant that returns while its key is removed a new one at once", async () => {
    const account = createAccount();
    account.put(ACME);
    await account.sweep();
    account.rows.delete("a1");
    await account.sweep();
    account.wait(RETIRE_AFTER_MS);
    account.state.beforeRemoval = () => {
      account.put(row("a1", "acme", { usageKey: keyValue("acme") }));
    };
    await account.sweep();
    expect(account.seats()).toEqual(["acme/free in planfree"]);
  });

  test("leaves the keys of other APIs and stages alone", async () => {
    const account = createAccount();
    const foreign = {
      id: "foreign",
      name: "abcdef1234/beta/acme/free",
      value: "somebodyelseskey1234",
      unusedSinceMs: 1,
    };
    account.keys.set("foreign", foreign);
    await account.sweep();
    expect(account.keys.get("foreign")).toEqual(foreign);
  });

  test("that runs out of time says how many rows are left, and the next one goes on", async () => {
    const account = createAccount();
    account.put(ACME, row("g1", "globex"), row("i1", "initech"));
    account.allowRows(1);
    await account.sweep();
    expect(account.reports).toMatchObject([{ keysMade: 1, rowsLeft: 2 }]);
    account.allowRows(Infinity);
    await account.sweep();
    expect(account.reports.at(-1)).toMatchObject({ keysMade: 2, rowsLeft: 0 });
  });
});

test("two functions on one row, for two APIs, take the confirmation from each other without end: plans have one region", async () => {
  const home = createAccount();
  const away = createAccount({ apiId: "zyxwvu9876", rows: home.rows });
  home.put(ACME);
  const seen: (string | undefined)[] = [];
  // Each write shows in the other's stream, as replication has it.
  for (let round = 0; round < 3; round += 1) {
    for (const { deliver } of [home, away]) {
      await deliver(change(home.rows.get("a1") ?? {}));
      seen.push(home.usageKeyOf("a1"));
    }
  }
  const [atHome, elsewhere] = seen;
  expect(atHome).toBe(keyValue("acme"));
  expect(elsewhere).not.toBe(atHome);
  expect(seen).toEqual([
    atHome,
    elsewhere,
    atHome,
    elsewhere,
    atHome,
    elsewhere,
  ]);
});
