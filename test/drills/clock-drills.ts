/**
 * Clocks that do not run as they should. A frozen function's monotonic clock may stop while the wall clock goes on;
 * the wall clock may be set back while the monotonic one goes on. Neither makes anything live longer.
 */
import { tenantItem } from "../support/records.ts";
import { type Lab, NEXT_KEY, openBench } from "./bench.ts";
import {
  BOUNDS_MS,
  type Cell,
  type Expected,
  NO_WAIT_MS,
  createReport,
} from "./cells.ts";
import { ISSUER_FAULTS } from "./issuer-faults.ts";

const HOUR_S = 3_600;

/** How an hour goes by; in each case one clock denies it. */
export const HOURS = {
  "frozen for an hour": { wall: HOUR_S, monotonic: 0 },
  "wall clock set back an hour, which passes": { wall: 0, monotonic: HOUR_S },
  "wall clock set back two hours, one passes": {
    wall: -HOUR_S,
    monotonic: HOUR_S,
  },
} as const;

export type Hour = keyof typeof HOURS;

const ONE_EACH = {
  fetches: 1,
  reads: 1,
  withinMs: BOUNDS_MS.both,
} as const satisfies Partial<Expected>;

export async function drillHour(
  lab: Lab,
  hour: Hour,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("clock", hour);
  const passHour = HOURS[hour];
  {
    await using bench = await openBench(lab);
    await bench.function.invoke(bench.sign());
    bench.issuer.publish(NEXT_KEY);
    bench.function.shift(passHour);
    report("key revoked meanwhile", await bench.function.invoke(bench.sign()), {
      outcome: "unauthenticated",
      reason: "kid_unknown",
      ...ONE_EACH,
      reads: 0,
    });
  }
  {
    await using bench = await openBench(lab);
    await bench.function.invoke(bench.sign());
    await bench.failIssuer(ISSUER_FAULTS.refused);
    bench.function.shift(passHour);
    report("issuer gone meanwhile", await bench.function.invoke(bench.sign()), {
      outcome: "could_not_tell",
      reason: "keys_unavailable",
      ...ONE_EACH,
      reads: 0,
    });
  }
  {
    await using bench = await openBench(lab);
    await bench.function.invoke(bench.sign());
    bench.table.put(tenantItem({ status: { S: "suspended" } }));
    bench.function.shift(passHour);
    report("suspended meanwhile", await bench.function.invoke(bench.sign()), {
      outcome: "forbid",
      reason: "tenant_suspended",
      ...ONE_EACH,
      recordAge: [0, 5],
    });
  }
  {
    await using bench = await openBench(lab);
    await bench.function.invoke(bench.sign());
    await bench.table.fail({ on: "port", port: "refuse" });
    bench.function.shift(passHour);
    report("table gone meanwhile", await bench.function.invoke(bench.sign()), {
      outcome: "could_not_tell",
      reason: "table_unavailable",
      ...ONE_EACH,
      reads: [1, 2],
    });
  }
  await using bench = await openBench(lab);
  const exp = Math.floor(Date.now() / 1_000) + HOUR_S / 2;
  const token = bench.sign({ claims: { exp } });
  await bench.function.invoke(token);
  bench.function.shift(passHour);
  report("token expired meanwhile", await bench.function.invoke(token), {
    outcome: "unauthenticated",
    reason: "token_expired",
    ...ONE_EACH,
    reads: 0,
  });
  report("token expired, asked again", await bench.function.invoke(token), {
    outcome: "unauthenticated",
    reason: "token_expired",
    fetches: 0,
    reads: 0,
    withinMs: NO_WAIT_MS,
  });
  return cells;
}
