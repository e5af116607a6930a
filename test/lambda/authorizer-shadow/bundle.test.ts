/** A candidate judges copies; whatever it does, the function's own answers are what they are without it. */
import { readFileSync } from "node:fs";
import {
  afterAll,
  beforeAll,
  describe,
  expect,
  onTestFinished,
  test,
} from "vitest";
import {
  buildEntry,
  createWorld,
  type ShadowedFunction,
  type World,
} from "./shadowed-function.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
}, 30_000);
afterAll(() => world.close());

async function start(
  options: Parameters<World["start"]>[0],
): Promise<ShadowedFunction> {
  const running = await world.start(options);
  onTestFinished(running.stop);
  return running;
}

const ALLOWED = {
  result: {
    principalId: expect.any(String) as string,
    context: { tenantId: "acme" },
  },
};
const differences = ({ lines }: ShadowedFunction) =>
  lines().filter(({ shadow }) => shadow === "difference");
const failures = ({ lines }: ShadowedFunction) =>
  lines().filter(({ shadow }) => shadow === "failed");

describe("a candidate of the same build", { timeout: 60_000 }, () => {
  test("agrees on every kind of answer where nothing is changed that matters", async () => {
    const running = await start({
      environment: { CLOCK_TOLERANCE_SECONDS: "6" },
    });
    const kinds = [
      running.sign(),
      running.sign({ aud: "https://another.api" }),
      running.sign({ azp: "!" }),
    ];
    for (const token of kinds) await running.decide(token);
    await running.decideUntil(() => running.count("shadowAgreed") >= 4);
    expect(differences(running)).toEqual([]);
    expect(failures(running)).toEqual([]);
    expect(running.lines().map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(["audience_mismatch", "tenant_claim_malformed"]),
    );
  });

  test("differs where its configuration does, and one line says in what, and nothing of the token", async () => {
    const running = await start({
      environment: { MAX_TOKEN_LIFETIME_SECONDS: "60" },
    });
    const answers = await running.decideUntil(
      () => differences(running).length > 0,
    );
    for (const answer of answers) expect(answer).toMatchObject(ALLOWED);
    expect(differences(running)[0]).toEqual({
      shadow: "difference",
      members: ["outcome", "reason", "principalId", "policy", "context"],
      live: { outcome: "allow" },
      candidate: { outcome: "unauthenticated", reason: "lifetime_not_allowed" },
      tenantId: "acme",
      requestId: "11111111-2222",
      lateMs: expect.any(Number) as number,
    });
    await running.decideUntil(() => running.count("shadowDifferent") > 0);
    expect(running.count("shadowAgreed")).toBe(0);
  });

  test("sees the condition on time, which is in the policy alone", async () => {
    const running = await start({
      environment: { POLICY_TIME_CONDITION: "false" },
    });
    await running.decideUntil(() => differences(running).length > 0);
    expect(differences(running)[0]).toMatchObject({ members: ["policy"] });
  });

  test("starts after the first decision, and reads the table for itself", async () => {
    const before = world.reads();
    const running = await start({
      environment: { CLOCK_TOLERANCE_SECONDS: "6" },
    });
    expect(world.reads()).toBe(before);
    await running.decide();
    expect(world.reads()).toBe(before + 1);
    await expect
      .poll(() => world.reads(), { timeout: 20_000 })
      .toBe(before + 2);
  });

  test("that cannot start is given up after three attempts, which say why, without its words", async () => {
    const running = await start({
      environment: { JWKS_MAX_AGE_SECONDS: "never" },
    });
    const answers = await running.decideUntil(
      () => failures(running).length === 3,
    );
    for (const answer of answers) expect(answer).toMatchObject(ALLOWED);
    expect(failures(running)).toEqual(
      [2, 1, 0].map((startsLeft) => ({
        shadow: "failed",
        why: "error",
        code: "config_broken",
        startsLeft,
      })),
    );
    await running.decideUntil(() => running.count("shadowDropped") > 0);
    expect(failures(running)).toHaveLength(3);
  });
});

/** A build that decides as this one, and does something first. */
const behaving = (what: string): string =>
  `let runs = 0; export const handler = async (event) => { ${what} };`;

describe(
  "a candidate that misbehaves leaves the answers right:",
  { timeout: 90_000 },
  () => {
    test.each<{ name: string; candidate: string; failure: object }>([
      {
        name: "it throws at import",
        candidate: `throw Object.assign(new Error("a-secret"), { code: "a-secret" });`,
        failure: { why: "error" },
      },
      {
        name: "it is no module",
        candidate: "export const handler = ;",
        failure: { why: "error" },
      },
      {
        name: "it exports no handler",
        candidate: "export const authorizer = 1;",
        failure: { why: "error", code: "handler_missing" },
      },
      {
        name: "it ends the process",
        candidate: behaving("process.exit(1);"),
        failure: { why: "exit" },
      },
      {
        name: "it fails outside of its promise",
        candidate: behaving(
          `setImmediate(() => { throw new Error("a-secret"); }); return new Promise(() => {});`,
        ),
        failure: { why: "error" },
      },
      {
        name: "it fills its memory",
        candidate: behaving(
          "const kept = []; for (;;) kept.push(new Array(1e4).fill(runs++));",
        ),
        failure: { why: "error", code: "ERR_WORKER_OUT_OF_MEMORY" },
      },
      {
        name: "it loops for ever",
        candidate: behaving("for (;;) runs += 1;"),
        failure: { why: "timeout" },
      },
      {
        name: "it never answers",
        candidate: behaving("return new Promise(() => {});"),
        failure: { why: "timeout" },
      },
    ])("$name", async ({ candidate, failure }) => {
      const running = await start({ candidate });
      const answers = await running.decideUntil(
        () => failures(running).length > 0,
      );
      for (const answer of answers) expect(answer).toMatchObject(ALLOWED);
      expect(failures(running)[0]).toMatchObject({ ...failure, startsLeft: 2 });
      expect(running.stdout()).not.toContain("a-secret");
    });

    test("it floods the console and standard output, also with lines like decisions", async () => {
      const running = await start({
        candidate: behaving(
          `for (let i = 0; i < 5000; i += 1) { console.log("flood"); process.stdout.write("flood\\n"); console.info({ outcome: "allow", requestId: "forged" }); } throw new Error("Unauthorized");`,
        ),
      });
      const answers = await running.decideUntil(
        () => running.count("shadowDifferent") > 0,
      );
      for (const answer of answers) expect(answer).toMatchObject(ALLOWED);
      expect(running.stdout()).not.toMatch(/flood|forged/);
      expect(differences(running)[0]).toMatchObject({
        candidate: { outcome: "unauthenticated" },
      });
    });

    test("it says what a claim holds where a code belongs", async () => {
      const running = await start({
        candidate: behaving(
          `console.info({ outcome: "forbid", reason: "auth0|user-42" }); return { principalId: "auth0|user-42", policyDocument: { Statement: [] }, context: { denyReason: "a secret" } };`,
        ),
      });
      await running.decideUntil(() => differences(running).length > 0);
      expect(differences(running)[0]?.["candidate"]).toEqual({
        outcome: "forbid",
      });
      expect(running.stdout()).not.toMatch(/user-42|a secret/);
    });

    test("it is slow: what it cannot keep up with is dropped", async () => {
      const running = await start({
        candidate: behaving(
          `await new Promise((done) => setTimeout(done, 300)); throw new Error("Unauthorized");`,
        ),
      });
      const token = running.sign();
      for (let sent = 0; sent < 60; sent += 1) {
        expect(await running.decide(token)).toMatchObject(ALLOWED);
      }
      await running.decideUntil(
        () =>
          running.count("shadowDropped") > 0 && differences(running).length > 0,
      );
    });
  },
);

describe("when the record changes", { timeout: 60_000 }, () => {
  /** A build from before an attribute. */
  const withoutAttribute = (name: string): Promise<string> =>
    buildEntry("lambda/authorizer/handler.ts", [
      {
        name: "older",
        setup: (building) => {
          building.onLoad(
            { filter: /core\/tenant-record\.ts$/ },
            ({ path }) => {
              const text = readFileSync(path, "utf8");
              const older = text.replace(`  "${name}",\n`, "");
              if (older === text) throw new Error(`${name} is no attribute`);
              return { contents: older, loader: "ts" };
            },
          );
        },
      },
    ]);

  test("an older build judges rows of before alike, and finds a row with the new attribute broken", async () => {
    const running = await start({
      candidate: await withoutAttribute("usageKey"),
    });
    await running.decideUntil(() => running.count("shadowAgreed") > 0);
    expect(differences(running)).toEqual([]);

    world.addAttributes({ usageKey: { S: "tenantkey0123456789abcdef" } });
    onTestFinished(() => {
      world.addAttributes({});
    });
    const answers = await running.decideUntil(
      () => differences(running).length > 0,
    );
    for (const answer of answers) expect(answer).toMatchObject(ALLOWED);
    expect(differences(running)[0]).toMatchObject({
      live: { outcome: "allow" },
      candidate: { outcome: "could_not_tell", reason: "record_broken" },
    });
  });
});
