/**
 * Each alarm on the authorizer's function, raised by its drill: the deployed bundle writes its lines, the template's own
 * metric filters read them, and the template's own alarm judges what comes of it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Bench,
  type BenchOptions,
  type Lab,
  openBench,
  openLab,
} from "../drills/bench.ts";
import { TABLE_OUTAGES } from "../drills/faulty-table.ts";
import { ISSUER_FAULTS } from "../drills/issuer-faults.ts";
import { TABLE_FAULTS } from "../drills/table-drills.ts";
import type { MetricPoint } from "../support/cloudwatch/metric-points.ts";
import { tenantItem } from "../support/records.ts";
import { statesOf, type Watch, watch } from "./watch.ts";

let lab: Lab;
let good: readonly MetricPoint[];
beforeAll(async () => {
  lab = await openLab();
  good = await drill({}, runWell);
}, 180_000);
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

type Drill = (watched: Watch, bench: Bench) => Promise<void>;

async function drill(
  options: BenchOptions,
  run: Drill,
): Promise<readonly MetricPoint[]> {
  await using bench = await openBench(lab, options);
  const watched = watch(lab, bench);
  await run(watched, bench);
  return watched.points();
}

/** A quarter of an hour of a good day, in which somebody always holds a bad token, and somebody has no tenant yet. */
async function runWell(watched: Watch, bench: Bench): Promise<void> {
  const token = bench.sign();
  for (let minute = 0; minute < 15; minute += 1) {
    await watched.invoke(token, 4);
    await watched.invoke("junk");
    bench.table.delete();
    await watched.invoke(bench.sign({ claims: { azp: `new-${minute}` } }));
    bench.table.put(tenantItem());
    watched.nextMinute();
  }
}

interface Case {
  readonly section: string;
  /** Whether it depends on how long a decision takes. */
  readonly isTimed?: boolean;
  readonly options?: BenchOptions;
  readonly run: Drill;
}

const CASES: readonly Case[] = [
  {
    section: "could-not-tell",
    run: async (watched, { table, sign }) => {
      await watched.invoke(sign());
      await table.fail(TABLE_OUTAGES["500"]);
      for (let minute = 0; minute < 2; minute += 1) {
        watched.nextMinute();
        // Another tenant in each minute, that was not seen before.
        await watched.invoke(sign({ claims: { azp: `new-${minute}` } }), 3);
      }
    },
  },
  {
    section: "no-decision",
    options: {
      variables: { CLOCK_TOLERANCE_SECONDS: "never" },
      // None will come.
      logWaitMs: 100,
    },
    run: async (watched, { sign }) => {
      await watched.invoke(sign(), 3);
      watched.nextMinute();
      await watched.invoke(sign(), 3);
    },
  },
  {
    section: "broken-records",
    run: async (watched, { table, sign }) => {
      const fault = TABLE_FAULTS["unknown attribute"];
      if (fault === undefined) throw new Error("no such fault");
      await watched.invoke(sign());
      watched.nextMinute();
      await table.fail(fault);
      await watched.invoke(sign());
    },
  },
  {
    section: "unknown-tenants",
    run: async (watched, { table, sign }) => {
      table.delete();
      await watched.invoke(sign(), 19);
      watched.nextMinute();
      await watched.invoke(sign());
    },
  },
  {
    section: "stale-keys",
    run: async (watched, { function: drilled, failIssuer, sign }) => {
      const token = sign();
      await watched.invoke(token);
      await failIssuer(ISSUER_FAULTS.refused);
      drilled.pass(600);
      for (let minute = 0; minute < 2; minute += 1) {
        watched.nextMinute();
        await watched.invoke(token);
      }
    },
  },
  {
    section: "stale-records",
    run: async (watched, { table, sign }) => {
      const token = sign();
      await watched.invoke(token);
      await table.fail(TABLE_OUTAGES.refused);
      for (let minute = 0; minute < 2; minute += 1) {
        watched.nextMinute();
        await watched.invoke(token);
      }
    },
  },
  {
    section: "slow-decisions",
    isTimed: true,
    run: async (watched, { table, sign }) => {
      const token = sign();
      await watched.invoke(token);
      await table.fail(TABLE_OUTAGES.hang);
      for (let minute = 0; minute < 3; minute += 1) {
        watched.nextMinute();
        await watched.invoke(token);
      }
    },
  },
];

describe.each(CASES)("$section", ({ section, isTimed, options = {}, run }) => {
  test("stays OK in good traffic", async () => {
    const states = (points: readonly MetricPoint[]) =>
      statesOf(lab.deployment.stack, section, points);
    let seen = states(good);
    // A busy machine is late by chance, an alarm that is too near is raised each time.
    for (let tries = 1; isTimed && seen.length > 1 && tries < 4; tries += 1) {
      seen = states(await drill({}, runWell));
    }
    expect(seen).toEqual(["OK"]);
  }, 120_000);

  test("is raised by its drill", async () => {
    const points = await drill(options, run);
    expect(statesOf(lab.deployment.stack, section, points).at(-1)).toBe(
      "ALARM",
    );
  }, 60_000);
});
