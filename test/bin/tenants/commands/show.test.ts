/** list, get, policy and matrix: what they show, for people and for machines. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  item,
  STAGE_ARN,
  startTestTable,
  type TestTable,
} from "../support/test-table.ts";
import { apiGatewayOf, awsOf, NOW, run } from "../support/test-world.ts";

let table: TestTable;
beforeAll(async () => {
  table = await startTestTable();
  await table.put([
    item("k2", {
      tenantId: { S: "globex" },
      status: { S: "suspended" },
      plan: { S: "pro" },
      routes: { SS: ["GET /globex/*"] },
    }),
    item("k1", {
      routes: {
        SS: ["* /acme/*", "!* /acme/no/*", "DELETE /acme-users/* delete:users"],
      },
      expiresAt: { N: String(NOW) },
      context: { M: { tier: { S: "gold" } } },
    }),
    item("k3", {
      tenantId: { S: "hostile" },
      typo: { S: "x" },
      plan: { S: "\u001b[31mred\u202e" },
    }),
  ]);
});
afterAll(async () => {
  await table.close();
});

const aws = awsOf({
  apiGateway: () =>
    apiGatewayOf(["GET /status", "ANY /acme/orders", "ANY /{proxy+}"]),
});
const tenants = (line: string) => run(`${table.options} ${line}`, { aws });

describe("list", () => {
  test("shows a line for each record, by tenant and key", async () => {
    const { stdout } = await tenants("list");
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ {2,}/)[1])).toEqual([
      "KEY (azp)",
      "k1",
      "k2",
      "k3",
    ]);
    expect(lines[1]).toMatch(/^acme +k1 +active +3 +expired$/);
    expect(lines[2]).toMatch(/^globex +k2 +suspended +1 +pro$/);
    expect(lines[3]).toContain("broken");
  });

  test("never lets a record steer the terminal", async () => {
    for (const options of ["", "--json"]) {
      const { stdout } = await tenants(`list ${options}`);
      expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  test("--status leaves the others out", async () => {
    const { stdout } = await tenants("list --status suspended --json");
    expect(JSON.parse(stdout)).toEqual({
      tenantClaim: "azp",
      records: [
        {
          azp: "k2",
          tenantId: "globex",
          status: "suspended",
          routes: ["GET /globex/*"],
          plan: "pro",
        },
      ],
    });
  });
});

describe("get", () => {
  test("shows a record and the size of its policy", async () => {
    const { stdout, exitCode } = await tenants("get acme");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^expiresAt +1780315200 \(2026-06-01T12:00:00.000Z\)$/m,
    );
    expect(stdout).toMatch(/^context +tier = gold$/m);
    expect(stdout).toMatch(/^policy +[\d,]+ of 8,000 bytes$/m);
  });

  test("says why a record is broken, and exits with 1", async () => {
    const { stdout, exitCode } = await tenants("get k3");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^broken +typo: unknown attribute/m);
  });
});

describe("policy", () => {
  interface Policies {
    readonly stageArn: string;
    readonly policies: readonly {
      readonly bytes: number;
      readonly document: object;
    }[];
  }

  test("shows a document whose size is what it says", async () => {
    const { stdout, exitCode } = await tenants("policy k2 --json");
    const { stageArn, policies } = JSON.parse(stdout) as Policies;
    expect(stageArn).toBe(STAGE_ARN);
    const [described] = policies;
    // The time condition is the token's; without it the document is smaller by that.
    const condition =
      ',"Condition":{"DateLessThan":{"aws:CurrentTime":"9999-12-31T23:59:59Z"}}';
    expect(JSON.stringify(described?.document).length + condition.length).toBe(
      described?.bytes,
    );
    expect(exitCode).toBe(0);
  });

  test("shows what a token with fewer scopes gets", async () => {
    const all = await tenants("policy acme");
    const none = await tenants('policy acme --scopes ""');
    expect(all.stdout).toContain("/DELETE/acme-users/*");
    expect(none.stdout).not.toContain("/DELETE/acme-users/*");
  });

  test("shows all sizes, and exits with 1 for a broken record", async () => {
    const { stdout, exitCode } = await tenants("policy");
    expect(stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(stdout).not.toContain("Version");
    expect(exitCode).toBe(1);
  });
});

describe("matrix", () => {
  test("crosses records with the API's paths, and with theirs where it takes any", async () => {
    const { stdout } = await tenants("matrix");
    const [heading, acme, globex, hostile] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/).slice(3));
    expect(heading).toEqual([
      "/status",
      "/acme/orders",
      "/acme-users/*",
      "/acme/*",
      "/globex/*",
    ]);
    expect(acme).toEqual(["-", "*", "(DELETE)", "~*", "-"]);
    expect(globex).toEqual(["-", "-", "-", "-", "GET"]);
    expect(hostile).toEqual(["?", "?", "?", "?", "?"]);
  });

  test("crosses records with requests", async () => {
    const { stdout } = await tenants(
      'matrix "GET /acme/a" "GET /acme/no/a" "DELETE /acme-users/7" --json --tenant acme',
    );
    expect(JSON.parse(stdout)).toEqual({
      paths: [
        { path: "/acme/a", methods: ["GET"] },
        { path: "/acme/no/a", methods: ["GET"] },
        { path: "/acme-users/7", methods: ["DELETE"] },
      ],
      tenants: [
        {
          tenantId: "acme",
          key: "k1",
          status: "active",
          opens: [
            {
              path: "/acme/a",
              openings: [{ method: "GET", coverage: "all", isScoped: false }],
            },
            { path: "/acme/no/a", openings: [] },
            {
              path: "/acme-users/7",
              openings: [{ method: "DELETE", coverage: "all", isScoped: true }],
            },
          ],
        },
      ],
    });
  });
});
