/** --wait: what is asked, when it is over, and that nothing is written where waiting could show nothing. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { item, startTestTable, type TestTable } from "../support/test-table.ts";
import { NOW, run } from "../support/test-world.ts";

let table: TestTable;
beforeEach(async () => {
  table = await startTestTable({
    endpoints: {
      tenants: [
        { tenantId: "acme", clientId: "k1", clientSecret: "secret-of-k1" },
      ],
    },
  });
  await table.put([item("k1", { routes: { SS: ["GET /acme/*"] } })]);
});
afterEach(async () => {
  await table.close();
});

const encode = (part: object) =>
  Buffer.from(JSON.stringify(part)).toString("base64url");
const tokenOf = (azp: string) =>
  `${encode({ alg: "RS256", kid: "k" })}.${encode({ azp })}.c2ln`;

interface Answer {
  readonly status: number;
  readonly error?: string;
}

/** An API that gives its answers in turn, the last one for ever; each request takes a second. */
function api(...answers: readonly Answer[]) {
  const asked: { url: string; authorization: string | null }[] = [];
  let nowMs = NOW * 1_000;
  const world = {
    env: { TOKEN: tokenOf("k1"), OTHER: tokenOf("k9"), JUNK: "junk" },
    now: () => nowMs,
    fetch: ((url: string, init: RequestInit) => {
      nowMs += 1_000;
      asked.push({
        url,
        authorization: new Headers(init.headers).get("Authorization"),
      });
      if (url.endsWith("/oauth/token")) {
        return Promise.resolve(Response.json({ access_token: tokenOf("k1") }));
      }
      const asks = asked.filter(({ authorization }) => authorization !== null);
      const answer = answers[asks.length - 1] ?? answers.at(-1);
      return Promise.resolve(
        Response.json(
          { error: answer?.error },
          { status: answer?.status ?? 0 },
        ),
      );
    }) as typeof fetch,
  };
  return { world, asked };
}

const tenants = (line: string, world: object) =>
  run(`${table.options} ${line}`, world);
const statusOf = async () => (await table.get("k1"))?.["status"]?.S;

const OPEN = { status: 200 };
const SUSPENDED = { status: 403, error: "tenant_suspended" };

describe("suspend --wait", () => {
  test("returns at the first 403 and prints the seconds since the write", async () => {
    const { world, asked } = api(OPEN, OPEN, OPEN, SUSPENDED);
    const { exitCode, stdout } = await tenants(
      "suspend acme --wait --token-env TOKEN",
      world,
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "GET /acme/tenants-probe: 403 tenant_suspended 3.0 s after the write (3 asked)",
    );
    expect(asked).toHaveLength(4);
    expect(asked[0]).toEqual({
      url: "http://gateway.test/prod/acme/tenants-probe",
      authorization: `Bearer ${tokenOf("k1")}`,
    });
  });

  test("gets itself a token on the local run", async () => {
    const { world, asked } = api(OPEN, SUSPENDED);
    const { exitCode } = await tenants("suspend acme --wait", world);
    expect(exitCode).toBe(0);
    expect(asked[0]?.url).toBe("http://issuer.test/oauth/token");
  });

  test("never prints the token", async () => {
    const { world } = api(OPEN, SUSPENDED);
    const { stdout, stderr } = await tenants(
      "suspend acme --wait --token-env TOKEN --json",
      world,
    );
    expect(stdout + stderr).not.toContain("eyJ");
    expect(JSON.parse(stdout)).toMatchObject({
      waited: { isReached: true, seconds: 1, status: 403 },
    });
  });

  test("gives up after the timeout, with the record suspended", async () => {
    const { world } = api(OPEN);
    const { exitCode, stdout } = await tenants(
      "suspend acme --wait --token-env TOKEN --timeout 5",
      world,
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain("still 200 5.0 s after the write");
    expect(await statusOf()).toBe("suspended");
  });

  test("does not take an outage for a refusal", async () => {
    const { world } = api(OPEN, { status: 503 }, { status: 503 }, SUSPENDED);
    const { stdout } = await tenants(
      "suspend acme --wait --token-env TOKEN",
      world,
    );
    expect(stdout).toContain("3.0 s after the write");
  });

  test.each([
    {
      name: "a token that the API does not accept",
      options: "--token-env TOKEN",
      before: { status: 401 },
      says: "401",
    },
    {
      name: "a path that is closed already",
      options: "--token-env TOKEN",
      before: { status: 403, error: "route_not_granted" },
      says: "403 already",
    },
    {
      name: "a path that the API does not have",
      options: "--token-env TOKEN",
      before: { status: 404, error: "not_found" },
      says: "404 to everybody",
    },
    {
      name: "a token of another tenant",
      options: "--token-env OTHER",
      before: OPEN,
      says: "not the key",
    },
    {
      name: "what is no token",
      options: "--token-env JUNK",
      before: OPEN,
      says: "not a JWT",
    },
  ])("writes nothing for $name", async ({ options, before, says }) => {
    const { world } = api(before);
    const { exitCode, stderr } = await tenants(
      `suspend acme --wait ${options}`,
      world,
    );
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("nothing was written");
    expect(stderr).toContain(says);
    expect(await statusOf()).toBe("active");
  });

  test("probes with safe methods alone, and asks which where a record has none", async () => {
    await table.put([item("k1", { routes: { SS: ["POST,DELETE /acme/*"] } })]);
    const { world, asked } = api(OPEN, SUSPENDED);
    const without = await tenants(
      "suspend acme --wait --token-env TOKEN",
      world,
    );
    expect(without.exitCode).toBe(2);
    expect(asked).toEqual([]);
    const { exitCode } = await tenants(
      'suspend acme --wait --token-env TOKEN --probe "GET /acme/x"',
      world,
    );
    expect(exitCode).toBe(0);
    expect(asked[0]?.url).toBe("http://gateway.test/prod/acme/x");
  });
});

test("resume --wait returns when the token is let in", async () => {
  await table.put([item("k1", { status: { S: "suspended" } })]);
  const { world } = api(SUSPENDED, SUSPENDED, { status: 404, error: "none" });
  const { exitCode, stdout } = await tenants(
    "resume acme --wait --token-env TOKEN",
    world,
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain("404 none 2.0 s after the write");
});

test("log-out --wait returns when the token is refused", async () => {
  const { world } = api(OPEN, { status: 403, error: "token_revoked" });
  const { exitCode, stdout } = await tenants(
    "log-out acme --wait --token-env TOKEN",
    world,
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain("403 token_revoked 1.0 s after the write");
});

test("waits on while the API does not answer", async () => {
  const { world } = api(OPEN, SUSPENDED);
  let asked = 0;
  const { exitCode, stdout } = await tenants(
    "suspend acme --wait --token-env TOKEN",
    {
      ...world,
      fetch: ((url: string, init: RequestInit) => {
        asked += 1;
        return asked === 2
          ? Promise.reject(new Error("reset"))
          : world.fetch(url, init);
      }) as typeof fetch,
    },
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain("(2 asked)");
});

test("a timeout that is no number is a matter of usage", async () => {
  const { world } = api(OPEN);
  const line = "suspend acme --wait --token-env TOKEN --timeout soon";
  expect((await tenants(line, world)).exitCode).toBe(2);
});

test("an API that cannot be reached before the write is no answer", async () => {
  const { world } = api(OPEN);
  const { exitCode, stderr } = await tenants(
    "suspend acme --wait --token-env TOKEN",
    { ...world, fetch: () => Promise.reject(new Error("no")) },
  );
  expect(exitCode).toBe(3);
  expect(stderr).toContain("does not answer at http://gateway.test");
  expect(await statusOf()).toBe("active");
});
