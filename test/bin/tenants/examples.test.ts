/** Each example of --help, typed as it stands, on the rows of a fresh local run. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { COMMANDS } from "../../../bin/tenants/commands/commands.ts";
import { buildItems, SEED_TENANTS } from "../../../local/seed.ts";
import { startTestTable, type TestTable } from "./support/test-table.ts";
import { NOW, type Run, run } from "./support/test-world.ts";

let table: TestTable;
beforeEach(async () => {
  table = await startTestTable({
    endpoints: {
      tenants: SEED_TENANTS.flatMap(({ tenantId, applications }) =>
        applications.map((application) => ({ tenantId, ...application })),
      ),
    },
  });
  await table.put(buildItems("azp"));
});
afterEach(async () => {
  await table.close();
});

const EXAMPLES = COMMANDS.flatMap(({ name, examples }) =>
  examples.map((example) => ({ name, example })),
);

/** What they end with, where it is not 0: the answer is no, or nobody is there to confirm. */
const EXIT_CODES: Readonly<Record<string, number>> = {
  "npm run tenants -- --local explain globex GET /acme/orders": 1,
};

test.each(EXAMPLES)("$example", async ({ name, example }) => {
  let last: Run | undefined;
  for (const part of example.split(" | ")) {
    const [, line = ""] =
      /^npm run (?:--silent )?tenants -- --local (.+)$/.exec(part) ?? [];
    expect(line.startsWith(name) || example.includes(" | ")).toBe(true);
    const input = last?.stdout ?? "";
    last = await run(
      `${table.options} ${line.replace(".local/", `${table.directory}/`)}`,
      {
        readStdin: () => Promise.resolve(input),
        // Whoever types an example sits at a terminal.
        isInteractive: true,
        ask: () => Promise.resolve("y"),
        fetch: answer,
      },
    );
  }
  expect({ exitCode: last?.exitCode, stderr: last?.stderr }).toEqual({
    exitCode: EXIT_CODES[example] ?? 0,
    stderr: expect.not.stringContaining("error: ") as string,
  });
});

/** The local issuer, and the local gateway with its cache empty. */
const answer = (async (url: string, init: RequestInit) => {
  if (url.endsWith("/oauth/token")) {
    const { client_id: azp } = JSON.parse(init.body as string) as {
      client_id: string;
    };
    const encode = (part: object) =>
      Buffer.from(JSON.stringify(part)).toString("base64url");
    return Response.json({
      access_token: `${encode({ alg: "RS256" })}.${encode({ azp, iat: NOW })}.c2ln`,
    });
  }
  const token = new Headers(init.headers).get("Authorization") ?? "";
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  const { azp = "" } = JSON.parse(claims) as { azp?: string };
  const isActive = (await table.get(azp))?.["status"]?.S === "active";
  return isActive
    ? Response.json({})
    : Response.json({ error: "tenant_suspended" }, { status: 403 });
}) as typeof fetch;
