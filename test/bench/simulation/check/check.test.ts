import { describe, expect, test } from "vitest";
import {
  type Counts,
  compare,
  subtract,
} from "../../../../bench/simulation/check/counts.ts";
import { findRecordMs } from "../../../../bench/simulation/check/play-locally.ts";
import { renderCheck } from "../../../../bench/simulation/check/report.ts";
import { replay } from "../../../../bench/simulation/check/replay.ts";
import {
  type Schedule,
  buildSchedule,
  isOfNewKey,
  tenantOf,
} from "../../../../bench/simulation/check/schedule.ts";

const COUNTS: Counts = {
  requests: 5,
  invocations: 4,
  coldStarts: 1,
  reads: 3,
  jwksFetches: 1,
  flushes: 0,
  allowed: 5,
  forbidden: 0,
  couldNotTell: 0,
};

describe("the comparison", () => {
  test("finds nothing in equal counts", () => {
    const [phase] = compare(["a"], [COUNTS], [{ ...COUNTS }]);
    expect(phase?.differing).toEqual([]);
    expect(renderCheck(phase === undefined ? [] : [phase])).toContain(
      "Every count is equal in every phase.",
    );
  });

  test("names each count that differs by one", () => {
    const phases = compare(
      ["a"],
      [COUNTS],
      [{ ...COUNTS, reads: 4, flushes: 1 }],
    );
    expect(phases[0]?.differing).toEqual(["reads", "flushes"]);
    expect(renderCheck(phases)).toContain("DIFFERENT: a: reads, flushes");
  });

  test("refuses a phase that was not played on both sides", () => {
    expect(() => compare(["a", "b"], [COUNTS, COUNTS], [COUNTS])).toThrow(
      'the phase "b" was not played on both sides',
    );
  });

  test("counts of a phase are those of its end without those of its start", () => {
    const start = { ...COUNTS, requests: 2, reads: 3 };
    expect(subtract(COUNTS, start)).toMatchObject({ requests: 3, reads: 0 });
  });
});

describe("the schedule", () => {
  const { phases, tokens, tenants } = buildSchedule(1);

  test("asks for tokens of the new key from its rotation on only", () => {
    const rotation = phases.findIndex(({ before }) =>
      before.some(({ kind }) => kind === "rotate"),
    );
    expect(rotation).toBeGreaterThan(0);
    expect(phases.map((phase) => phase.tokens.some(isOfNewKey))).toEqual(
      phases.map((_, index) => index === rotation),
    );
  });

  test("the request that needs a new environment is for a token never asked for before", () => {
    const at = phases.findIndex(({ before }) =>
      before.some(({ kind }) => kind === "recycle"),
    );
    const [token = -1] = phases[at]?.tokens ?? [];
    const earlier = phases.slice(0, at).flatMap((phase) => phase.tokens);
    expect(earlier.length).toBeGreaterThan(100);
    expect(earlier).not.toContain(token);
  });

  test("every token is a token and belongs to a tenant", () => {
    for (const token of phases.flatMap((phase) => phase.tokens)) {
      expect(token).toBeGreaterThanOrEqual(0);
      expect(token).toBeLessThan(tokens);
      expect(tenantOf(token)).toBeLessThan(tenants);
    }
  });
});

describe("a replay", () => {
  const schedule: Schedule = {
    tenants: 12,
    tokens: 48,
    ttlSeconds: 40,
    phases: [
      { name: "first", before: [], tokens: [0, 0, 12, 1] },
      {
        name: "then",
        before: [{ kind: "suspend", tenant: 0 }],
        tokens: [0, 1, 0],
      },
    ],
  };

  test("counts what the requests come to, phase by phase", async () => {
    const counts = await replay(schedule, [
      { beforeAtMs: [], requestsAtMs: [0, 1_000, 1_100, 1_200] },
      { beforeAtMs: [5_000], requestsAtMs: [25_000, 25_100, 25_200] },
    ]);
    expect(counts).toEqual([
      // Token 12 is tenant 0's too: an invocation, and no read.
      {
        ...{ requests: 4, invocations: 3, coldStarts: 1, reads: 2 },
        ...{ jwksFetches: 1, flushes: 0 },
        ...{ allowed: 4, forbidden: 0, couldNotTell: 0 },
      },
      {
        ...{ requests: 3, invocations: 2, coldStarts: 0, reads: 2 },
        ...{ jwksFetches: 0, flushes: 2 },
        ...{ allowed: 1, forbidden: 2, couldNotTell: 0 },
      },
    ]);
  });

  test("asks no more than was asked on the local run", async () => {
    const [first] = await replay(
      { ...schedule, phases: schedule.phases.slice(0, 1) },
      [{ beforeAtMs: [], requestsAtMs: [0, 1_000] }],
    );
    expect(first).toMatchObject({ requests: 2, invocations: 1 });
  });

  test("refuses a step that the local run did not play", async () => {
    const played = [
      { beforeAtMs: [], requestsAtMs: [0] },
      { beforeAtMs: [], requestsAtMs: [1_000] },
    ];
    await expect(replay(schedule, played)).rejects.toThrow(
      "a step has no time",
    );
  });
});

describe("the time of a record's look-up", () => {
  test("is in a decision's log line", () => {
    const line = JSON.stringify({ message: { stepsMs: { record: 61.5 } } });
    expect(findRecordMs(line)).toBe(61.5);
    expect(findRecordMs(JSON.stringify({ stepsMs: { record: 0.01 } }))).toBe(
      0.01,
    );
  });

  test.each(["START RequestId: 1", "{ no JSON", '{"stepsMs":{"token":1}}'])(
    "is not in %s",
    (line) => {
      expect(findRecordMs(line)).toBeUndefined();
    },
  );
});
