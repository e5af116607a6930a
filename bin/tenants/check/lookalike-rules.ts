/** Names that are nearly the same: one of them was probably meant as the other. */
import { at } from "./at.ts";
import { flaw, type Finding } from "./finding.ts";
import { grantsOf, type SoundRow, type TableRule } from "./survey.ts";

export const findLookalikes: TableRule = (rows, { tenantClaim }) => {
  const byTenant = Map.groupBy(rows, ({ tenant }) => tenant.tenantId);
  const tenantIds: ReadonlySet<string> = new Set(byTenant.keys());
  const firsts = [...byTenant.values()].flatMap(([first]) => first ?? []);
  return [
    ...pairs(firsts, ({ tenant }) => normalize(tenant.tenantId)).map(
      ([row, other]) =>
        at(
          row,
          flaw(
            "tenant_id_lookalike",
            "tenantId",
            `there is also a tenant ${other.tenant.tenantId}`,
          ),
        ),
    ),
    ...pairs(rows, ({ key }) => key.toLowerCase()).map(([row, other]) =>
      at(
        row,
        flaw("key_lookalike", tenantClaim, `there is also a key ${other.key}`),
      ),
    ),
    ...rows
      .filter(
        ({ key, tenant }) => key !== tenant.tenantId && tenantIds.has(key),
      )
      .map((row) =>
        at(
          row,
          flaw(
            "key_names_other_tenant",
            tenantClaim,
            `is the id of another tenant: is the record in the right tenant?`,
          ),
        ),
      ),
    ...rows.flatMap((row) => findPathLookalikes(row, tenantIds)),
  ];
};

/** Rows with an earlier row that has the same name once it is normalized. */
function pairs(
  rows: readonly SoundRow[],
  nameOf: (row: SoundRow) => string,
): readonly (readonly [SoundRow, SoundRow])[] {
  return [...Map.groupBy(rows, nameOf).values()].flatMap(
    ([first, ...others]) =>
      first === undefined ? [] : others.map((row) => [row, first] as const),
  );
}

const normalize = (tenantId: string): string =>
  tenantId.toLowerCase().replaceAll("_", "-");

/** Short ids are near to anything. */
const MIN_LENGTH = 4;

function findPathLookalikes(
  row: SoundRow,
  tenantIds: ReadonlySet<string>,
): readonly Finding[] {
  const { tenantId } = row.tenant;
  return grantsOf(row.tenant).flatMap(({ path, text }) => {
    const segments = path.split("/");
    if (segments.includes(tenantId)) return [];
    const near = segments.find(
      (segment) => !tenantIds.has(segment) && isNear(segment, tenantId),
    );
    return near === undefined
      ? []
      : [
          at(
            row,
            flaw(
              "path_lookalike",
              "routes",
              `"${text}" says ${near} where the tenant is ${tenantId}: letter case and every character count`,
            ),
          ),
        ];
  });
}

/** The same but for letter case, or one character added, left out, changed, or two swapped. */
function isNear(segment: string, tenantId: string): boolean {
  const [a, b] = [normalize(segment), normalize(tenantId)];
  if (a === b) return true;
  if (tenantId.length < MIN_LENGTH || Math.abs(a.length - b.length) > 1) {
    return false;
  }
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [x, y] = [a.charAt(start), a.charAt(start + 1)];
  const isSwapped = b.startsWith(`${y}${x}`, start) && y !== "";
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (isSwapped && restA.slice(2) === restB.slice(2))
  );
}
