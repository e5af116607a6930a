import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { item, startTestTable, type TestTable } from "../support/test-table.ts";
import { run } from "../support/test-world.ts";

let table: TestTable;
beforeEach(async () => {
  table = await startTestTable();
});
afterEach(async () => {
  await table.close();
});

const tenants = (line: string) => run(`${table.options} ${line}`);

describe("add", () => {
  test("writes every attribute in the type that the function reads", async () => {
    const { exitCode } = await tenants(
      'add k1 --tenant acme --route "* /acme/*" --route "GET /shared" --require org_id=org_a --require org_id=org_b --require level:=3 --issuer https://issuer.test/ --plan pro --expires-at 2027-01-31 --tokens-valid-after 1700000000 --context tier=gold --context trial:=true --meta {"crm":17}',
    );
    expect(exitCode).toBe(0);
    expect(await table.get("k1")).toEqual({
      azp: { S: "k1" },
      tenantId: { S: "acme" },
      status: { S: "active" },
      routes: { SS: ["* /acme/*", "GET /shared"] },
      require: { M: { org_id: { SS: ["org_a", "org_b"] }, level: { N: "3" } } },
      issuer: { S: "https://issuer.test/" },
      plan: { S: "pro" },
      expiresAt: { N: "1801353600" },
      tokensValidAfter: { N: "1700000000" },
      context: { M: { tier: { S: "gold" }, trial: { BOOL: true } } },
      meta: { M: { crm: { N: "17" } } },
    });
  });

  test("refuses a second claim to an application", async () => {
    await table.put([item("k1")]);
    const { exitCode, stderr } = await tenants(
      'add k1 --tenant globex --route "* /globex/*"',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("already a record with key k1");
    expect(await table.get("k1")).toEqual(item("k1"));
  });

  test.each([
    {
      name: "a status with a capital",
      options: '--status Active --route "GET /a"',
      says: "status:",
    },
    {
      name: "a route without a path",
      options: '--route "GET a"',
      says: "at character 5",
    },
    { name: "no routes", options: "", says: "no default routes" },
    {
      name: "milliseconds",
      options: '--route "GET /a" --expires-at 1780315200000',
      says: "expiresAt:",
    },
    {
      name: "a reserved context key",
      options: '--route "GET /a" --context tenantId=x',
      says: "context.tenantId:",
    },
  ])(
    "refuses $name, naming the attribute, and writes nothing",
    async ({ options, says }) => {
      const { exitCode, stderr } = await tenants(
        `add k1 --tenant acme ${options}`,
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain(says);
      expect(await table.all()).toEqual([]);
    },
  );

  test("refuses a record over the policy's budget", async () => {
    const routes = Array.from(
      { length: 120 },
      (_, i) => `--route "GET,POST,DELETE /acme/resource-number-${i}"`,
    );
    const { exitCode, stderr } = await tenants(
      `add k1 --tenant acme ${routes.join(" ")}`,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/the policy takes \d+ bytes of 8000/);
    expect(await table.all()).toEqual([]);
  });

  test("refuses a key that no token can carry", async () => {
    const { exitCode, stderr } = await tenants(
      'add "k 1" --tenant acme --route "* /acme/*"',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("azp: no token can carry it");
  });

  test("writes what is dangerous, and warns", async () => {
    const { exitCode, stderr } = await tenants(
      'add k1 --tenant acme --route "* /*"',
    );
    expect(exitCode).toBe(0);
    expect(stderr).toContain("opens the routes of every tenant");
  });
});

describe("set", () => {
  const before = item("k1", {
    routes: { SS: ["* /acme/*", "GET /shared"] },
    require: { M: { gty: { S: "x" }, org_id: { S: "org_a" } } },
    context: { M: { tier: { S: "gold" } } },
    meta: { M: { crm: { N: "17" }, tags: { SS: ["a"] } } },
  });

  test.each([
    {
      options: "--plan pro",
      after: { plan: { S: "pro" } },
    },
    {
      options: '--route "GET /acme"',
      after: { routes: { SS: ["GET /acme"] } },
    },
    {
      options: '--add-route "GET /more" --remove-route "GET /shared"',
      after: { routes: { SS: ["* /acme/*", "GET /more"] } },
    },
    {
      options: "--require org_id=org_b",
      after: { require: { M: { gty: { S: "x" }, org_id: { S: "org_b" } } } },
    },
    {
      options: "--unset require.gty",
      after: { require: { M: { org_id: { S: "org_a" } } } },
    },
    {
      options: "--unset require.gty --unset require.org_id",
      after: { require: undefined },
    },
    {
      options: "--context seats:=5",
      after: { context: { M: { tier: { S: "gold" }, seats: { N: "5" } } } },
    },
    {
      options: "--unset context --unset meta",
      after: { context: undefined, meta: undefined },
    },
    { options: "--tenant globex", after: { tenantId: { S: "globex" } } },
  ])("$options changes that, and nothing else", async ({ options, after }) => {
    await table.put([before]);
    const { exitCode, stderr } = await tenants(`set k1 ${options}`);
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({
      exitCode: 0,
      stderr: "",
    });
    expect(await table.get("k1")).toEqual(item("k1", { ...before, ...after }));
  });

  test("shows the difference", async () => {
    await table.put([before]);
    const { stdout } = await tenants(
      'set k1 --plan pro --remove-route "GET /shared"',
    );
    expect(stdout).toBe("k1\n  - routes: GET /shared\n  + plan: pro\n");
  });

  test("keeps a list of routes a list", async () => {
    await table.put([
      item("k1", { routes: { L: [{ S: "GET /b" }, { S: "GET /a" }] } }),
    ]);
    await tenants('set k1 --add-route "GET /c"');
    expect((await table.get("k1"))?.["routes"]).toEqual({
      L: [{ S: "GET /b" }, { S: "GET /a" }, { S: "GET /c" }],
    });
  });

  test("repairs a record when all of it is good afterwards", async () => {
    await table.put([item("k1", { tokenValidAfter: { N: "1" } })]);
    expect((await tenants("set k1 --plan pro")).exitCode).toBe(1);
    expect((await tenants("set k1 --unset tokenValidAfter")).exitCode).toBe(0);
    expect(await table.get("k1")).toEqual(item("k1"));
  });

  test("refuses to remove what is not there", async () => {
    await table.put([before]);
    const route = await tenants('set k1 --remove-route "GET /nope"');
    expect(route).toMatchObject({ exitCode: 1 });
    expect(route.stderr).toContain('no route "GET /nope"');
    expect((await tenants("set k1 --unset plan")).exitCode).toBe(1);
  });

  test("asks for a key, or for --all, where a tenant has several records", async () => {
    await table.put([item("k1"), item("k2")]);
    const one = await tenants("set acme --plan pro");
    expect(one.exitCode).toBe(2);
    expect(one.stderr).toMatch(/k1[\s\S]*k2/);
    expect((await tenants("set acme --plan pro --all")).exitCode).toBe(0);
    expect((await table.get("k2"))?.["plan"]).toEqual({ S: "pro" });
  });

  test("writes none of several records when one of them would be broken", async () => {
    await table.put([item("k1"), item("k2", { plam: { S: "x" } })]);
    expect((await tenants("set acme --plan pro --all")).exitCode).toBe(1);
    expect(await table.get("k1")).toEqual(item("k1"));
  });
});

test("set leaves the usage key to the function that made it", async () => {
  const usageKey = { S: "tenantkey0123456789abcdef" };
  await table.put([item("k1", { usageKey })]);
  expect((await tenants("set k1 --plan pro")).exitCode).toBe(0);
  expect(await table.get("k1")).toMatchObject({ plan: { S: "pro" }, usageKey });
});
