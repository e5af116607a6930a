/** Issuer and table out of order at once: one bound for both, and still no answer but the right one. */
import { type Lab, openBench } from "./bench.ts";
import { BOUNDS_MS, type Cell, type Expected, createReport } from "./cells.ts";
import {
  TABLE_OUTAGES,
  TABLE_REFUSALS,
  type TableFault,
} from "./faulty-table.ts";
import { ISSUER_FAULTS, type IssuerFaultName } from "./issuer-faults.ts";

const MAX_AGE_S = 600;
const STALE_KEYS_S = 3_600;
const COOLDOWN_S = 5;

const KEYS_UNAVAILABLE = {
  outcome: "could_not_tell",
  reason: "keys_unavailable",
  withinMs: BOUNDS_MS.both,
} as const;
const ONE_EACH = {
  fetches: 1,
  reads: [1, 2],
  withinMs: BOUNDS_MS.both,
} as const satisfies Partial<Expected>;

const FAULTS: Readonly<Record<string, TableFault>> = {
  ...TABLE_OUTAGES,
  ...TABLE_REFUSALS,
};

export const PAIRS: readonly (readonly [IssuerFaultName, string])[] = [
  ["hang", "hang"],
  ["hang", "black hole"],
  ["drip", "drip"],
  ["TLS hang", "throttled, slowly"],
  ["black hole", "503, retry-after 60"],
  ["refused", "refused"],
  ["500", "throttled (provisioned)"],
  ["hang", "access denied"],
  ["empty set", "missing table"],
];

export async function drillBoth(
  lab: Lab,
  issuerFault: IssuerFaultName,
  tableFault: string,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport(
    "both",
    `${issuerFault} × ${tableFault}`,
  );
  const fault = FAULTS[tableFault];
  if (fault === undefined) throw new Error(`no such fault: ${tableFault}`);
  {
    await using bench = await openBench(lab);
    await bench.failIssuer(ISSUER_FAULTS[issuerFault]);
    await bench.table.fail(fault);
    report("cold", await bench.function.invoke(bench.sign()), {
      ...KEYS_UNAVAILABLE,
      fetches: 1,
      reads: 0,
    });
  }
  // A last good record serves for 300 s by default, keys for an hour: made alike, so that both serve at once.
  await using bench = await openBench(lab, {
    variables: { TENANT_STALE_SECONDS: String(STALE_KEYS_S) },
  });
  const { function: drilled } = bench;
  const token = bench.sign();
  await drilled.invoke(token);
  await bench.failIssuer(ISSUER_FAULTS[issuerFault]);
  await bench.table.fail(fault);
  drilled.pass(MAX_AGE_S);
  report(
    "past maximum age and cache time",
    await drilled.invoke(token),
    tableFault in TABLE_OUTAGES
      ? {
          outcome: "allow",
          ...ONE_EACH,
          keySetAge: [MAX_AGE_S, STALE_KEYS_S],
          recordAge: [MAX_AGE_S, STALE_KEYS_S],
        }
      : { outcome: "could_not_tell", reason: "table_unavailable", ...ONE_EACH },
  );
  drilled.pass(STALE_KEYS_S);
  report("past both stale bounds", await drilled.invoke(token), {
    ...KEYS_UNAVAILABLE,
    fetches: 1,
    reads: 0,
  });
  await bench.healIssuer();
  await bench.table.heal();
  drilled.pass(COOLDOWN_S);
  report("healed", await drilled.invoke(token), {
    outcome: "allow",
    ...ONE_EACH,
    reads: 1,
    keySetAge: [0, 5],
    recordAge: [0, 5],
  });
  return cells;
}
