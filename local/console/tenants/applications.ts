/** Who can be given a token: the issuer's applications, and whoever else a row of the table speaks of. */
import type { Application, Directory } from "../../issuer/directory.ts";
import type { Item, TenantTable } from "../../table/create-tables.ts";
import type { ApplicationView } from "../api.ts";
import { keyOfRow, tenantIdOfRow } from "./tenant-rows.ts";

/** What a token of it says where the table's key is looked up. */
export interface KnownApplication extends ApplicationView {
  readonly key: string;
  /** `undefined` when the issuer does not know it: a row was written by hand. */
  readonly application: Application | undefined;
}

export function listApplications(
  { applications, users }: Directory,
  rows: readonly Item[],
  table: TenantTable,
): readonly KnownApplication[] {
  const tenantIds = new Map(
    rows.map((row) => [keyOfRow(row, table), tenantIdOfRow(row) ?? ""]),
  );
  const known = applications.map((application): KnownApplication => {
    const key = keyOf(application, table.partitionKey);
    return {
      id: application.clientId,
      tenantId: tenantIds.get(key) ?? "",
      name: application.name,
      users: users
        .filter(({ organizations }) =>
          organizations.some((id) => application.organizations.includes(id)),
        )
        .map(({ username }) => username),
      key,
      application,
    };
  });
  const keys = new Set(known.map(({ key }) => key));
  const others = [...tenantIds]
    .filter(([key]) => !keys.has(key))
    .map(([key, tenantId]): KnownApplication => {
      const id = `row:${key}`;
      return {
        id,
        tenantId,
        name: key,
        users: [],
        key,
        application: undefined,
      };
    });
  return [...known, ...others];
}

function keyOf(application: Application, tenantClaim: string): string {
  if (tenantClaim === "azp") return application.clientId;
  if (tenantClaim === "org_id") return application.organizations[0] ?? "";
  const value = application.customClaims[tenantClaim];
  return typeof value === "string" ? value : "";
}
