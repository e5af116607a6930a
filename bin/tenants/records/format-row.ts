/** A record for people. */
import { isJsonObject } from "../../../lambda/core/json.ts";
import {
  compileRoutes,
  MAX_POLICY_BYTES,
} from "../../../lambda/core/policy.ts";
import type { Target } from "../target/target.ts";
import { formatFields } from "../text-table.ts";
import { formatValue } from "./diff-records.ts";
import { formatProblem } from "./good-record.ts";
import { itemToPlain } from "./plain-record.ts";
import type { Row } from "./row.ts";

const TIMES = ["tokensValidAfter", "expiresAt"];

export function formatRow(row: Row, target: Target): string {
  const record = itemToPlain(row.item, target.table.tenantClaim);
  return formatFields([
    ...Object.entries(record).map(
      ([name, value]) => [name, formatAttribute(name, value)] as const,
    ),
    ...(row.tenant !== undefined && record["routes"] === undefined
      ? [["default routes", row.tenant.routes.map(({ text }) => text)] as const]
      : []),
    ...(row.tenant === undefined
      ? []
      : [["policy", [sizeOfPolicy(row, target)]] as const]),
    ...(row.problems.length === 0
      ? []
      : [["broken", row.problems.map(formatProblem)] as const]),
  ]);
}

function sizeOfPolicy({ tenant }: Row, { stage }: Target): string {
  const { bytes } = compileRoutes(tenant?.routes ?? [], stage);
  return `${bytes.toLocaleString("en-US")} of ${MAX_POLICY_BYTES.toLocaleString("en-US")} bytes`;
}

function formatAttribute(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value) && value.length > 0) return value.map(formatValue);
  if (isJsonObject(value) && name !== "meta") {
    return Object.entries(value).map(([key, member]) =>
      Array.isArray(member)
        ? `${key} = any of ${member.map(formatValue).join(", ")}`
        : `${key} = ${formatValue(member)}`,
    );
  }
  return TIMES.includes(name) && typeof value === "number"
    ? [`${value} (${formatTime(value)})`]
    : [formatValue(value)];
}

/** Some numbers are no time that a calendar holds. */
export function formatTime(seconds: number): string {
  const time = new Date(seconds * 1_000);
  return Number.isNaN(time.getTime()) ? "no date" : time.toISOString();
}
