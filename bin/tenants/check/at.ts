import { type Row, tenantIdOf } from "../records/row.ts";
import { type Finding, type Flaw, KINDS } from "./finding.ts";

/** A flaw, with where it was found. */
export function at(row: Row, flaw: Flaw): Finding {
  const [severity] = KINDS[flaw.kind];
  return { severity, tenantId: tenantIdOf(row), key: row.key, ...flaw };
}
