/** What the rules of `check` look at. */
import type { PathPattern } from "../../../lambda/core/path-patterns.ts";
import type { Route } from "../../../lambda/core/routes.ts";
import type { Tenant } from "../../../lambda/core/tenant-record.ts";
import type { Row } from "../records/row.ts";
import type { Finding, Flaw } from "./finding.ts";

export interface Circumstances {
  readonly tenantClaim: string;
  /** Epoch seconds. */
  readonly now: number;
  readonly stageName: string;
  /** Empty where they are not known. */
  readonly issuers: ReadonlySet<string>;
  /** `undefined` where they are not known. */
  readonly apiRoutes: readonly ApiRoutePattern[] | undefined;
  readonly plans: ReadonlySet<string> | undefined;
}

export interface ApiRoutePattern {
  readonly method: string;
  readonly pattern: PathPattern;
}

/** A row whose record the function understands. */
export interface SoundRow extends Row {
  readonly tenant: Tenant;
}

/** Judges one record by itself. */
export type RecordRule = (
  row: SoundRow,
  circumstances: Circumstances,
) => readonly Flaw[];

/** Judges records by each other. */
export type TableRule = (
  rows: readonly SoundRow[],
  options: TableOptions,
) => readonly Finding[];

export interface TableOptions {
  readonly tenantClaim: string;
  /** Paths that several tenants share on purpose. */
  readonly sharedPaths: readonly string[];
}

export function isSound(row: Row): row is SoundRow {
  return row.tenant !== undefined;
}

export function grantsOf({ routes }: Tenant): readonly Route[] {
  return routes.filter(({ kind }) => kind === "grant");
}

export function denialsOf({ routes }: Tenant): readonly Route[] {
  return routes.filter(({ kind }) => kind === "denial");
}
