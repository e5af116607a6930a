/** Whether a change of a tenant's row can change an answer that the gateway has kept. */
import { isJsonObject } from "./json.ts";

/** A row before and after, as DynamoDB Streams tell them; one is absent when the row was inserted or removed. */
export interface RowChange {
  readonly oldImage: unknown;
  readonly newImage: unknown;
}

/**
 * False only when nothing but `meta` differs. Whatever cannot be compared counts as a change: a flush too many
 * costs a few invocations, one too few leaves a suspended tenant inside.
 */
export function affectsAccess({ oldImage, newImage }: RowChange): boolean {
  if (!isJsonObject(oldImage) || !isJsonObject(newImage)) return true;
  return (
    canonical(without(oldImage, "meta")) !==
    canonical(without(newImage, "meta"))
  );
}

/**
 * True when nothing differs but `usageKey`, and perhaps `meta`. That lets nobody in or out: kept answers go on counting
 * by the old key for a while.
 */
export function changesUsageKeyAlone({
  oldImage,
  newImage,
}: RowChange): boolean {
  if (!isJsonObject(oldImage) || !isJsonObject(newImage)) return false;
  return (
    canonical(without(oldImage, "meta", "usageKey")) ===
    canonical(without(newImage, "meta", "usageKey"))
  );
}

function without(
  row: Readonly<Record<string, unknown>>,
  ...names: readonly string[]
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).filter(([name]) => !names.includes(name)),
  );
}

/** Equal text for equal values: maps and sets have no order, lists have. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => {
    if (isJsonObject(member)) {
      const names = Object.keys(member).sort();
      return Object.fromEntries(names.map((key) => [key, member[key]]));
    }
    return SET_TYPES.has(name) && Array.isArray(member)
      ? [...(member as readonly unknown[])].sort()
      : member;
  });
}

const SET_TYPES: ReadonlySet<string> = new Set(["SS", "NS", "BS"]);
