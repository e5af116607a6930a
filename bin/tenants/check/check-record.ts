import type { Row } from "../records/row.ts";
import type { Target } from "../target/target.ts";
import type { World } from "../world.ts";
import { checkRow } from "./check-table.ts";
import type { Finding } from "./finding.ts";
import type { Circumstances } from "./survey.ts";

/** What can be said of a record that is about to be written, without reading the table or the API. */
export function findRecordWarnings(
  row: Row,
  target: Target,
  world: World,
): readonly Finding[] {
  return checkRow(row, describeCircumstances(target, world));
}

export function describeCircumstances(
  { table, stage, rules }: Target,
  world: World,
): Circumstances {
  return {
    tenantClaim: table.tenantClaim,
    now: world.now() / 1_000,
    stageName: stage.stage,
    issuers: rules.issuers,
    apiRoutes: undefined,
    plans: undefined,
  };
}
