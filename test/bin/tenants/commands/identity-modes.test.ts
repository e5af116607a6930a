/** The key claim is the table's: applications, organizations, or a namespaced claim. */
import { afterEach, expect, test } from "vitest";
import { startTestTable, type TestTable } from "../support/test-table.ts";
import { NOW, run } from "../support/test-world.ts";

let table: TestTable | undefined;
afterEach(async () => {
  await table?.close();
});

const encode = (part: object) =>
  Buffer.from(JSON.stringify(part)).toString("base64url");

test.each([
  { tenantClaim: "azp", key: "OL8dKLzdocJ2isAjIhKtJ0RlgLKOmxgJ" },
  { tenantClaim: "org_id", key: "org_FdnXsiVpzz63FfkC" },
  { tenantClaim: "https://acme.test/tenant", key: "acme" },
])("with $tenantClaim", async ({ tenantClaim, key }) => {
  table = await startTestTable({ tenantClaim });
  const { options } = table;
  const added = await run(
    `${options} add ${key} --tenant acme --route "* /{tenantId}/*"`,
  );
  expect(added.exitCode).toBe(0);
  expect((await table.get(key))?.[tenantClaim]).toEqual({ S: key });
  expect((await run(`${options} check --strict`)).stdout).toBe("");
  expect((await run(`${options} get acme`)).stdout).toContain(key);
  expect((await run(`${options} explain acme GET /acme/x`)).exitCode).toBe(0);

  const claims = {
    iss: "https://issuer.test/",
    aud: "https://api.test",
    sub: "s",
    azp: "some-application",
    iat: NOW,
    exp: NOW + 60,
    [tenantClaim]: key,
  };
  const TOKEN = `${encode({ alg: "RS256", kid: "k" })}.${encode(claims)}.c2ln`;
  const explained = await run(
    `${options} explain --token-env TOKEN GET /acme/x`,
    { env: { TOKEN } },
  );
  expect(explained.stdout).toContain("for acme");
  expect(explained.exitCode).toBe(0);

  const { stdout } = await run(`${options} export`);
  expect(JSON.parse(stdout)).toMatchObject({ [tenantClaim]: key });
  expect((await run(`${options} suspend acme`)).exitCode).toBe(0);
  expect((await run(`${options} explain acme GET /acme/x`)).stdout).toContain(
    "403 tenant_suspended",
  );
});
