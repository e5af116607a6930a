/** What the measurements left in bench/results/. Written by this repository's own programs, so taken at its word. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Share } from "../bundle/contents.ts";
import type { JourneyRow, StartRow } from "../cold/report.ts";
import type { Moment } from "../cold/round-trips.ts";
import type { Bill, Quantities } from "../cost/bill.ts";
import type { Workload } from "../cost/workload.ts";
import type { LoadResult } from "../load/report.ts";
import type { Machine } from "../results.ts";
import type { DecisionRow } from "../warm/peer-rounds.ts";
import type { SimulationResult } from "../simulation/report.ts";
import type { ScaleRow } from "../warm/scale-rounds.ts";

/** What every result says of itself. */
export interface Taken {
  readonly takenAt: string;
  readonly machine: Machine;
  readonly command: string;
  /** Of the packages that matter to it. */
  readonly versions?: Readonly<Record<string, string>>;
}

export interface WarmResult {
  readonly rows: readonly DecisionRow[];
  /** The records' sizes, then the numbers of tenants. */
  readonly scale: readonly ScaleRow[];
}

export interface ColdResult {
  readonly options: {
    readonly starts: number;
    readonly journeys: number;
    readonly roundTripMs: number;
  };
  readonly rows: readonly StartRow[];
  readonly roundTrips: readonly (JourneyRow & { readonly name: string })[];
  readonly timeline: readonly Moment[];
}

export interface PolicyResult {
  readonly rows: readonly {
    readonly shape: string;
    readonly routes: number;
    readonly parseMicros: number;
    readonly compileMicros: number;
    readonly buildMicros: number;
    readonly bytes: number;
    readonly fits: boolean;
  }[];
}

export interface BundleResult {
  readonly budgetBytes: number;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly rows: readonly (Share & { readonly share: number })[];
}

export interface CostResult {
  readonly workload: Workload;
  readonly prices: { readonly date: string };
  readonly rows: readonly {
    readonly region: string;
    readonly design: string;
    readonly note: string;
    readonly quantities: Quantities;
    readonly bill: Bill;
    readonly ratio: number;
  }[];
}

/** Each is absent until it has been measured for the first time. */
export interface Results {
  readonly warm?: Taken & WarmResult;
  readonly cold?: Taken & ColdResult;
  readonly policy?: Taken & PolicyResult;
  readonly bundle?: Taken & BundleResult;
  readonly cost?: Taken & CostResult;
  readonly load?: Taken & LoadResult;
  readonly simulation?: Taken & SimulationResult;
}

const NAMES = [
  "warm",
  "cold",
  "policy",
  "bundle",
  "cost",
  "load",
  "simulation",
] as const satisfies readonly (keyof Results)[];

export function readResults(): Results {
  return Object.fromEntries(
    NAMES.map((name) => [name, join(FOLDER, `${name}.json`)] as const)
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => [
        name,
        JSON.parse(readFileSync(file, "utf8")) as Taken,
      ]),
  );
}

const FOLDER = join(import.meta.dirname, "../results");
