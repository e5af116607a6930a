/** All drills, and how they are run: a few at a time, each with servers and processes of its own. */
import type { Lab } from "./bench.ts";
import { PAIRS, drillBoth } from "./both-drills.ts";
import { type Cell, isGood } from "./cells.ts";
import { HOURS, type Hour, drillHour } from "./clock-drills.ts";
import { KEPT_CONNECTION_FAULTS } from "./faulty-table.ts";
import { ISSUER_FAULTS, type IssuerFaultName } from "./issuer-faults.ts";
import { drillKeysCold, drillKeysWarm } from "./keys-drills.ts";
import {
  drillLeaks,
  drillOddities,
  drillRealLookup,
  drillSnapshot,
} from "./process-drills.ts";
import {
  KEY_CHANGES,
  drillKeyChange,
  drillRealTime,
  drillShortMaxAge,
  drillUnknownKids,
} from "./rotation-drills.ts";
import {
  TABLE_FAULTS,
  drillKeptConnection,
  drillLastSeen,
  drillTableCold,
  drillTableWarm,
} from "./table-drills.ts";

export interface Drill {
  readonly name: string;
  readonly run: (lab: Lab) => Promise<readonly Cell[]>;
}

const namesOf = <Name extends string>(
  faults: Readonly<Record<Name, unknown>>,
): readonly Name[] => Object.keys(faults) as Name[];

/** In the order in which they are printed. */
export const DRILLS: readonly Drill[] = [
  ...namesOf(ISSUER_FAULTS).flatMap((fault) => [
    drill(`keys ${fault} cold`, (lab) => drillKeysCold(lab, fault)),
    drill(`keys ${fault} warm`, (lab) => drillKeysWarm(lab, fault)),
  ]),
  drill("keys lookup", drillRealLookup),
  drill("keys oddities", drillOddities),
  ...(["hang", "refused"] as const satisfies IssuerFaultName[]).map((fault) =>
    drill(`keys snapshot ${fault}`, (lab) => drillSnapshot(lab, fault)),
  ),
  ...KEY_CHANGES.map((change) =>
    drill(`keys ${change}`, (lab) => drillKeyChange(lab, change)),
  ),
  drill("keys junk kids", drillUnknownKids),
  drill("keys short maximum age", drillShortMaxAge),
  drill("keys real time", drillRealTime),
  ...namesOf(TABLE_FAULTS).flatMap((fault) => [
    drill(`table ${fault} cold`, (lab) => drillTableCold(lab, fault)),
    drill(`table ${fault} warm`, (lab) => drillTableWarm(lab, fault)),
  ]),
  ...["hang", "refused", "500"].map((fault) =>
    drill(`table ${fault} last seen`, (lab) => drillLastSeen(lab, fault)),
  ),
  ...namesOf(KEPT_CONNECTION_FAULTS).map((fault) =>
    drill(`table ${fault}`, (lab) => drillKeptConnection(lab, fault)),
  ),
  ...PAIRS.map(([issuerFault, tableFault]) =>
    drill(`both ${issuerFault} ${tableFault}`, (lab) =>
      drillBoth(lab, issuerFault, tableFault),
    ),
  ),
  drill("both leaks", drillLeaks),
  ...namesOf(HOURS).map((hour: Hour) =>
    drill(`clock ${hour}`, (lab) => drillHour(lab, hour)),
  ),
];

function drill(name: string, run: Drill["run"]): Drill {
  return { name, run };
}

/** These take the longest and are begun first, or the last one would run alone. */
const LONGEST: ReadonlySet<string> = new Set(["keys real time", "both leaks"]);

export interface MatrixRun {
  readonly cells: readonly Cell[];
  /** Drills that were run again, because in nothing but the time something was amiss. */
  readonly repeated: readonly string[];
}

export interface RunOptions {
  /** How many drills run at a time. */
  readonly jobs?: number;
  /**
   * A drill that is late, and in everything else as it must be, is run again by itself, up to so many times in all:
   * a busy machine is late by chance, a budget that is broken is broken each time.
   */
  readonly tries?: number;
  readonly onDone?: (drill: Drill) => void;
}

export async function runDrills(
  lab: Lab,
  drills: readonly Drill[],
  { jobs = 3, tries = 3, onDone }: RunOptions = {},
): Promise<MatrixRun> {
  const results = new Map<Drill, readonly Cell[]>();
  const waiting = drills.toSorted(
    (a, b) => Number(LONGEST.has(b.name)) - Number(LONGEST.has(a.name)),
  );
  async function work(): Promise<void> {
    for (;;) {
      const next = waiting.shift();
      if (next === undefined) return;
      results.set(next, await next.run(lab));
      onDone?.(next);
    }
  }
  await Promise.all(Array.from({ length: jobs }, work));

  const repeated: string[] = [];
  for (const each of drills) {
    for (
      let run = 1;
      run < tries && isOnlyLate(results.get(each) ?? []);
      run += 1
    ) {
      repeated.push(each.name);
      results.set(each, await each.run(lab));
    }
  }
  return {
    cells: drills.flatMap((each) => results.get(each) ?? []),
    repeated,
  };
}

function isOnlyLate(cells: readonly Cell[]): boolean {
  return (
    !cells.every(isGood) && cells.every(({ problems }) => problems.length === 0)
  );
}
