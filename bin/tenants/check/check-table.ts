/** All rules over all records. */
import type { Row } from "../records/row.ts";
import { at } from "./at.ts";
import { findDeploymentFlaws } from "./deployment-rules.ts";
import { type Finding, toFlaw } from "./finding.ts";
import { findKeyFlaws } from "./key-rules.ts";
import { findLookalikes } from "./lookalike-rules.ts";
import { findOverlaps } from "./overlap-rules.ts";
import { findRequireFlaws } from "./require-rules.ts";
import { findRouteFlaws } from "./route-rules.ts";
import { findDisagreements } from "./same-tenant-rules.ts";
import { findSharedClaims } from "./shared-claims.ts";
import {
  type Circumstances,
  isSound,
  type RecordRule,
  type TableOptions,
  type TableRule,
} from "./survey.ts";
import { findTimeFlaws } from "./time-rules.ts";

const RECORD_RULES: readonly RecordRule[] = [
  findTimeFlaws,
  findRequireFlaws,
  findRouteFlaws,
  findDeploymentFlaws,
];

const TABLE_RULES: readonly TableRule[] = [
  findDisagreements,
  findOverlaps,
  findSharedClaims,
  findLookalikes,
];

/** What can be said of one record without the others. */
export function checkRow(
  row: Row,
  circumstances: Circumstances,
): readonly Finding[] {
  const flaws = [
    ...row.problems.map(toFlaw),
    ...findKeyFlaws(row, circumstances.tenantClaim),
    ...(isSound(row)
      ? RECORD_RULES.flatMap((rule) => rule(row, circumstances))
      : []),
  ];
  return flaws.map((flaw) => at(row, flaw));
}

/** Findings in the order of the rows. */
export function checkTable(
  rows: readonly Row[],
  circumstances: Circumstances,
  { sharedPaths }: Pick<TableOptions, "sharedPaths">,
): readonly Finding[] {
  const { tenantClaim, now } = circumstances;
  const byRow = new Map<string, Finding[]>(rows.map(({ key }) => [key, []]));
  // What has expired counts as gone: it overlaps with nothing.
  const present = rows
    .filter(isSound)
    .filter(
      ({ tenant: { expiresAt } }) => expiresAt === undefined || expiresAt > now,
    );
  const findings = [
    ...rows.flatMap((row) => checkRow(row, circumstances)),
    ...TABLE_RULES.flatMap((rule) =>
      rule(present, { tenantClaim, sharedPaths }),
    ),
  ];
  for (const finding of findings) byRow.get(finding.key)?.push(finding);
  return [...byRow.values()].flat();
}
