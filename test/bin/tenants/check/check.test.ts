import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Finding, KINDS } from "../../../../bin/tenants/check/finding.ts";
import { item, startTestTable, type TestTable } from "../support/test-table.ts";
import { apiGatewayOf, awsOf, run } from "../support/test-world.ts";
import { GOOD, PLANTED } from "./planted-faults.ts";

const ENDPOINTS = {
  plans: ["free", "stack-pro"],
  authorizerEnvironment: {
    AUTH0_ISSUERS: "https://issuer.test/,https://second.test/",
    TENANT_CLAIM: "azp",
  },
};

const ALL = [...PLANTED.flatMap(({ items }) => items), ...GOOD];

interface Report {
  readonly records: number;
  readonly errors: number;
  readonly warnings: number;
  readonly findings: readonly Finding[];
}

describe("in a table full of faults", () => {
  let table: TestTable;
  let report: Report;
  let exitCode: number;
  beforeAll(async () => {
    table = await startTestTable({ endpoints: ENDPOINTS });
    await table.put(ALL);
    const checked = await run(`${table.options} check --json`, {
      aws: awsOf({
        apiGateway: () =>
          apiGatewayOf([
            "ANY /t/{proxy+}",
            "GET /catalogue",
            "ANY /prod/{proxy+}",
          ]),
      }),
    });
    report = checked.json() as Report;
    ({ exitCode } = checked);
  });
  afterAll(async () => {
    await table.close();
  });

  test.each(PLANTED)(
    "finds $name, and nothing else there",
    ({ items, findings }) => {
      const keys = items.map((planted) => planted["azp"]?.S);
      const found = report.findings
        .filter(({ key }) => keys.includes(key))
        .map(({ kind, key, attribute }) => ({ kind, key, attribute }));
      expect(found).toEqual(findings);
    },
  );

  test("finds nothing in what is allowed", () => {
    const keys = GOOD.map((good) => good["azp"]?.S);
    expect(report.findings.filter(({ key }) => keys.includes(key))).toEqual([]);
  });

  test("has a planted fault for each kind, and at least 25 of them", () => {
    const planted = new Set(
      PLANTED.flatMap(({ findings }) => findings.map(({ kind }) => kind)),
    );
    expect([...planted].sort()).toEqual(Object.keys(KINDS).sort());
    expect(PLANTED.length).toBeGreaterThanOrEqual(25);
  });

  test("says how bad each is, and exits with 1", () => {
    expect(exitCode).toBe(1);
    for (const { kind, severity } of report.findings) {
      expect(severity).toBe(KINDS[kind][0]);
    }
    expect(report.errors + report.warnings).toBe(report.findings.length);
    expect(report.records).toBe(ALL.length);
  });
});

describe("in a small table", () => {
  let table: TestTable;
  beforeAll(async () => {
    table = await startTestTable();
    await table.put([
      item("k1", { routes: { SS: ["* /shared/*", "* /acme/*"] } }),
      item("k2", {
        tenantId: { S: "globex" },
        routes: { SS: ["* /shared/*", "GET /globex/*"] },
      }),
    ]);
  });
  afterAll(async () => {
    await table.close();
  });

  test("a finding is one line, with the attribute", async () => {
    const { stdout, exitCode } = await run(`${table.options} check`);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stdout).toMatch(
      /^warning +subtree_shared +acme +k1 +routes +"\* \/shared\/\*" is granted to 2 tenants: acme, globex$/m,
    );
  });

  test("--strict makes warnings count", async () => {
    expect((await run(`${table.options} check --strict`)).exitCode).toBe(1);
  });

  test.each([
    "--shared /shared/*",
    "--ignore subtree_shared",
    "--ignore subtree_shared:acme",
  ])("%s takes what is meant out", async (options) => {
    const { stdout, exitCode } = await run(
      `${table.options} check --strict ${options}`,
    );
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
  });

  test("--ignore for another tenant leaves it in", async () => {
    const line = `${table.options} check --strict --ignore subtree_shared:globex`;
    expect((await run(line)).exitCode).toBe(1);
  });

  test("--ignore refuses a kind that there is not", async () => {
    expect((await run(`${table.options} check --ignore nope`)).exitCode).toBe(
      2,
    );
  });
});
