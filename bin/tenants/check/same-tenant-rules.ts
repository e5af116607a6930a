/** Records that share a tenant id, and do not agree. */
import { flaw, type Finding, type FindingKind, type Flaw } from "./finding.ts";
import { at } from "./at.ts";
import type { SoundRow, TableRule } from "./survey.ts";

interface Agreement {
  readonly kind: FindingKind;
  readonly attribute: string;
  readonly read: (row: SoundRow) => string;
}

const AGREEMENTS: readonly Agreement[] = [
  {
    kind: "status_differs",
    attribute: "status",
    read: ({ tenant }) => tenant.status,
  },
  {
    kind: "issuer_differs",
    attribute: "issuer",
    read: ({ tenant }) => tenant.issuer ?? "none",
  },
  {
    kind: "log_out_differs",
    attribute: "tokensValidAfter",
    read: ({ tenant }) => String(tenant.tokensValidAfter ?? "none"),
  },
  {
    kind: "plan_differs",
    attribute: "plan",
    read: ({ tenant }) => tenant.plan ?? "none",
  },
];

export const findDisagreements: TableRule = (rows) =>
  [...Map.groupBy(rows, ({ tenant }) => tenant.tenantId).values()].flatMap(
    (records) =>
      AGREEMENTS.flatMap((agreement) => findDisagreement(records, agreement)),
  );

function findDisagreement(
  records: readonly SoundRow[],
  { kind, attribute, read }: Agreement,
): readonly Finding[] {
  const [first, ...others] = records;
  const other = others.find(
    (row) => first !== undefined && read(row) !== read(first),
  );
  if (first === undefined || other === undefined) return [];
  const found: Flaw = flaw(
    kind,
    attribute,
    `is ${read(other)}, but ${read(first)} in the tenant's record ${first.key}`,
  );
  return [at(other, found)];
}
