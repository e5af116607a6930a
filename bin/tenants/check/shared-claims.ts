/** The same organization asked for by records of several tenants: its users may then be in all of them. */
import { at } from "./at.ts";
import { flaw } from "./finding.ts";
import type { TableRule } from "./survey.ts";

/** Claims whose value names one customer. An application may well be shared; that is what require is for. */
const IDENTITIES = ["org_id", "org_name"];

export const findSharedClaims: TableRule = (rows) => {
  const demands = rows.flatMap((row) =>
    row.tenant.require
      .filter(({ claim }) => IDENTITIES.includes(claim))
      .flatMap(({ claim, anyOf }) =>
        anyOf.map((value) => ({
          row,
          claim,
          name: `${claim}=${String(value)}`,
        })),
      ),
  );
  return [...Map.groupBy(demands, ({ name }) => name).values()].flatMap(
    ([first, ...others]) => {
      const other = others.find(
        ({ row }) => row.tenant.tenantId !== first?.row.tenant.tenantId,
      );
      return first === undefined || other === undefined
        ? []
        : [
            at(
              other.row,
              flaw(
                "require_shared",
                `require.${other.claim}`,
                `tenant ${first.row.tenant.tenantId} asks for the same in record ${first.row.key}`,
              ),
            ),
          ];
    },
  );
};
