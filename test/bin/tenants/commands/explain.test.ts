import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  item,
  STAGE_ARN,
  startTestTable,
  type TestTable,
} from "../support/test-table.ts";
import { NOW, run } from "../support/test-world.ts";

let table: TestTable;
beforeAll(async () => {
  table = await startTestTable();
  await table.put([
    item("k1", {
      routes: {
        SS: [
          "GET,POST /acme/orders",
          "* /acme/x/*",
          "!* /acme/x/no/*",
          "DELETE /acme/u/* delete:u",
        ],
      },
    }),
    item("k2", {
      tenantId: { S: "globex" },
      status: { S: "suspended" },
      routes: { SS: ["* /globex/*"] },
    }),
    item("k3", {
      tenantId: { S: "initech" },
      require: { M: { gty: { S: "client-credentials" } } },
      routes: { SS: ["* /initech/*"] },
    }),
    item("k4", { tenantId: { S: "hooli" }, typo: { S: "x" } }),
    item("k5", {
      tenantId: { S: "umbrella" },
      tokensValidAfter: { N: String(NOW - 10) },
      expiresAt: { N: String(NOW + 10) },
    }),
    item("k6", { tenantId: { S: "gone" }, expiresAt: { N: String(NOW) } }),
    item("k7", {
      tenantId: { S: "scoped" },
      routes: { SS: ["GET /scoped/* read"] },
    }),
    item("k8", {
      tenantId: { S: "impossible" },
      require: { M: { azp: { S: "other" } } },
    }),
  ]);
});
afterAll(async () => {
  await table.close();
});

const tenants = (line: string, world = {}) =>
  run(`${table.options} ${line}`, world);

interface Explained {
  readonly explanations: readonly Record<string, unknown>[];
}
async function explain(line: string, world = {}) {
  const { stdout, exitCode } = await tenants(`explain ${line} --json`, world);
  const { explanations } = JSON.parse(stdout) as Explained;
  return { ...explanations[0], exitCode };
}

describe("of a tenant", () => {
  test.each([
    {
      request: "acme GET /acme/orders",
      is: {
        allowed: true,
        exitCode: 0,
        routes: ["GET,POST /acme/orders"],
        statement: {
          Effect: "Allow",
          Action: "execute-api:Invoke",
          Resource: `${STAGE_ARN}/GET/acme/orders`,
        },
      },
    },
    {
      request: "acme PUT /acme/orders",
      is: {
        allowed: false,
        exitCode: 1,
        status: 403,
        reason: "route_not_granted",
        routes: ["GET,POST /acme/orders"],
      },
    },
    {
      request: "acme GET /globex/a",
      is: {
        allowed: false,
        status: 403,
        reason: "route_not_granted",
        routes: [],
      },
    },
    {
      request: "acme GET /acme/x/no/a",
      is: {
        allowed: false,
        status: 403,
        routes: ["!* /acme/x/no/*"],
        statement: { Effect: "Deny", Action: "execute-api:Invoke" },
      },
    },
    {
      request: "acme GET /acme/x/../y",
      is: {
        allowed: false,
        status: 403,
        routes: [],
        statement: { Effect: "Deny" },
      },
    },
    {
      request: "acme DELETE /acme/u/1",
      is: { allowed: false, missingScopes: ["delete:u"] },
    },
    {
      request: "acme DELETE /acme/u/1 --scopes delete:u",
      is: { allowed: true },
    },
    {
      request: "k2 GET /globex/a",
      is: {
        allowed: false,
        status: 403,
        reason: "tenant_suspended",
        attribute: "status",
        statement: { Effect: "Deny", Resource: `${STAGE_ARN}/*` },
      },
    },
    { request: "initech GET /initech/a", is: { allowed: true } },
    {
      request: "hooli GET /acme/a",
      is: { allowed: false, status: 503, reason: "record_broken" },
    },
    { request: "umbrella GET /acme/a", is: { allowed: true } },
    {
      request: "gone GET /acme/a",
      is: {
        allowed: false,
        status: 403,
        reason: "tenant_expired",
        attribute: "expiresAt",
      },
    },
    {
      request: "scoped GET /scoped/a",
      is: {
        allowed: false,
        status: 403,
        reason: "route_not_granted",
        missingScopes: ["read"],
      },
    },
    {
      request: "impossible GET /acme/a",
      is: {
        allowed: false,
        status: 403,
        reason: "binding_rule_failed",
        attribute: "require.azp",
      },
    },
  ])("$request", async ({ request, is }) => {
    expect(await explain(request)).toMatchObject(is);
  });

  test("names the attribute of a broken record", async () => {
    const { stdout } = await tenants("explain hooli GET /a");
    expect(stdout).toContain("typo: unknown attribute");
  });

  test("says what it takes for granted of the token", async () => {
    expect(await explain("initech GET /initech/a")).toMatchObject({
      assumptions: expect.arrayContaining([
        "its gty is client-credentials",
        "the token holds no scope and no permission (give --scopes)",
      ]) as string[],
    });
  });

  test("takes the request as one word as well, and drops its query", async () => {
    const { stdout } = await tenants('explain acme "get /acme/orders?page=2"');
    expect(stdout).toContain("GET /acme/orders for acme (k1): allowed");
  });

  test("asks whether the stage belongs there", async () => {
    const { stderr } = await tenants("explain acme GET /prod/acme/orders");
    expect(stderr).toContain("is /prod the stage?");
  });

  test.each([
    "explain acme",
    "explain acme /acme",
    "explain acme FETCH /acme",
    "explain acme GET acme",
  ])("%s is no request", async (line) => {
    expect((await tenants(line)).exitCode).toBe(2);
  });
});

const encode = (part: object) =>
  Buffer.from(JSON.stringify(part)).toString("base64url");
const CLAIMS = {
  iss: "https://issuer.test/",
  aud: ["https://api.test", "https://issuer.test/userinfo"],
  sub: "secret-subject",
  azp: "k1",
  iat: NOW - 60,
  exp: NOW + 60,
};
const tokenOf = (claims: object) =>
  `${encode({ alg: "RS256", typ: "JWT", kid: "k" })}.${encode({ ...CLAIMS, ...claims })}.c2ln`;

describe("of a token", () => {
  test.each([
    {
      name: "a good one",
      claims: {},
      is: { allowed: true, key: "k1", tenantId: "acme" },
    },
    {
      name: "an expired one",
      claims: { exp: NOW - 30 },
      is: { allowed: false, status: 401, reason: "token_expired" },
    },
    {
      name: "one for another API",
      claims: { aud: "https://other.test" },
      is: { status: 401, reason: "audience_mismatch" },
    },
    {
      name: "one of another issuer",
      claims: { iss: "https://evil.test/" },
      is: { status: 401, reason: "issuer_not_allowed" },
    },
    {
      name: "one that is not valid yet",
      claims: { nbf: NOW + 30 },
      is: { status: 401, reason: "token_not_yet_valid" },
    },
    {
      name: "an ID token",
      claims: { nonce: "x" },
      is: { status: 401, reason: "id_token" },
    },
    {
      name: "one without a tenant",
      claims: { azp: undefined },
      is: { status: 401, reason: "tenant_claim_missing" },
    },
    {
      name: "one of an unknown application",
      claims: { azp: "k99" },
      is: { status: 403, reason: "tenant_not_found" },
    },
    {
      name: "one of a person where machines are asked for",
      claims: { azp: "k3" },
      is: {
        status: 403,
        reason: "binding_rule_failed",
        attribute: "require.gty",
      },
    },
    {
      name: "one from before the log-out",
      claims: { azp: "k5" },
      is: {
        status: 403,
        reason: "token_revoked",
        attribute: "tokensValidAfter",
      },
    },
    {
      name: "one of a broken record",
      claims: { azp: "k4" },
      is: { status: 503, reason: "record_broken", key: "k4" },
    },
  ])("$name", async ({ claims, is }) => {
    const world = { env: { TOKEN: tokenOf(claims) } };
    expect(
      await explain("--token-env TOKEN GET /acme/orders", world),
    ).toMatchObject(is);
  });

  test("counts the scopes and permissions that it holds", async () => {
    const world = { env: { TOKEN: tokenOf({ permissions: ["delete:u"] }) } };
    expect(
      await explain("--token-env TOKEN DELETE /acme/u/1", world),
    ).toMatchObject({ allowed: true });
  });

  test.each(["--token-env TOKEN", "--token-stdin", "--token-file"])(
    "is taken from %s, and never printed, nor its claims",
    async (option) => {
      const token = tokenOf({});
      const file = join(table.directory, "token.txt");
      await writeFile(file, `Bearer ${token}\n`);
      const source = option === "--token-file" ? `${option} ${file}` : option;
      const { stdout, stderr, exitCode } = await tenants(
        `explain ${source} GET /acme/orders`,
        { env: { TOKEN: token }, readStdin: () => Promise.resolve(token) },
      );
      expect(exitCode).toBe(0);
      expect(stdout + stderr).not.toMatch(/eyJ|c2ln|secret-subject/);
      expect(stderr).toContain("signature is not checked");
    },
  );

  test("is not repeated when it stands where a tenant's name belongs", async () => {
    const { stdout, stderr, exitCode } = await tenants(
      `explain ${tokenOf({})} GET /acme/orders`,
    );
    expect(exitCode).toBe(1);
    expect(stdout + stderr).not.toContain("eyJ");
  });

  test("is refused when the file holds more than a token", async () => {
    const file = join(table.directory, "two.txt");
    await writeFile(file, "one two");
    const { exitCode, stderr } = await tenants(
      `explain --token-file ${file} GET /acme/orders`,
    );
    expect(exitCode).toBe(2);
    expect(stderr).not.toContain("one two");
    expect(stderr).toContain("more than one word");
  });
});
