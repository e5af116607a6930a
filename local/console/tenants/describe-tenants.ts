import type { Item, TenantTable } from "../../table/create-tables.ts";
import type { RecordView, TenantView } from "../api.ts";
import type { KnownApplication } from "./applications.ts";
import { displayValue } from "./plain-value.ts";
import { keyOfRow, tenantIdOfRow } from "./tenant-rows.ts";

/** Rows grouped by tenant, in the order of their ids. */
export function describeTenants(
  rows: readonly Item[],
  applications: readonly KnownApplication[],
  table: TenantTable,
): readonly TenantView[] {
  const byTenant = Map.groupBy(rows, (row) => tenantIdOfRow(row) ?? "");
  return [...byTenant]
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([tenantId, records]) => ({
      tenantId,
      records: records
        .map((row) => describeRecord(row, applications, table))
        .sort((left, right) => left.key.localeCompare(right.key)),
    }));
}

function describeRecord(
  item: Item,
  applications: readonly KnownApplication[],
  table: TenantTable,
): RecordView {
  const key = keyOfRow(item, table);
  // Several applications share a record where an organization or a claim is the key.
  const names = applications
    .filter(
      ({ application, key: own }) => application !== undefined && own === key,
    )
    .map(({ name }) => name);
  const shown = [table.partitionKey, "tenantId", "status", "routes"];
  return {
    key,
    ...(names.length > 0 && { application: names.join(", ") }),
    status: displayValue(item["status"]),
    routes: routesOf(item),
    attributes: Object.entries(item)
      .filter(([name]) => !shown.includes(name))
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([name, value]) => [name, displayTime(name, displayValue(value))]),
  };
}

/** The texts among a record's routes, which are a set or a list. */
export function routesOf(item: Item): readonly string[] {
  const routes = item["routes"];
  if (routes?.SS !== undefined) return routes.SS;
  return (routes?.L ?? []).flatMap(({ S }) => (S === undefined ? [] : [S]));
}

const TIMES = ["expiresAt", "tokensValidAfter"];

/** Epoch seconds, and what moment that is. */
function displayTime(name: string, value: string): string {
  const date = new Date(Number(value) * 1000);
  return TIMES.includes(name) && value !== "" && !Number.isNaN(date.getTime())
    ? `${value} (${date.toISOString().replace(".000Z", "Z")})`
    : value;
}
