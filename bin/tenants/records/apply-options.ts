/** Options into attributes: what `add` writes and what `set` changes. */
import { type Plain, fromPlain } from "./plain-value.ts";
import type { PlainRecord } from "./plain-record.ts";
import type { Entry, RecordOptions } from "./record-options.ts";

/** The record with the options' attributes in it; members of `require` and `context` replace their namesakes only. */
export function applyOptions(
  record: PlainRecord,
  options: RecordOptions,
): PlainRecord {
  const { tenant, status, route, require, context } = options;
  const { issuer, plan, expiresAt, tokensValidAfter, meta } = options;
  return {
    ...record,
    ...defined({
      tenantId: tenant,
      status,
      routes: route && unique(route),
      require: require && { ...mapOf(record["require"]), ...anyOf(require) },
      issuer,
      tokensValidAfter,
      expiresAt,
      plan,
      context: context && {
        ...mapOf(record["context"]),
        ...Object.fromEntries(context),
      },
      meta,
    }),
  };
}

/** Without an attribute, or without a member of one: `require.org_id`. */
export function unset(record: PlainRecord, name: string): PlainRecord {
  if (Object.hasOwn(record, name)) return omit(record, name);
  const dot = name.indexOf(".");
  const [outer, inner] = [name.slice(0, dot), name.slice(dot + 1)];
  const map = mapOf(record[outer]);
  if (dot === -1 || !Object.hasOwn(map, inner)) {
    throw new RangeError(`the record has no ${name}`);
  }
  const rest = omit(map, inner);
  return Object.keys(rest).length > 0
    ? { ...record, [outer]: rest }
    : omit(record, outer);
}

/** Routes in a list that may be tagged as one. */
export function routesOf(record: PlainRecord): readonly Plain[] {
  const routes = record["routes"];
  const list =
    typeof routes === "object" && routes !== null && "$L" in routes
      ? routes["$L"]
      : routes;
  return Array.isArray(list) ? (list as readonly Plain[]) : [];
}

function anyOf(entries: readonly Entry[]): Record<string, Plain> {
  const byClaim = Map.groupBy(entries, ([claim]) => claim);
  return Object.fromEntries(
    [...byClaim].map(([claim, values]) => {
      const [first = "", ...others] = unique(values.map(([, value]) => value));
      return [claim, others.length === 0 ? first : [first, ...others]];
    }),
  );
}

function mapOf(value: Plain | undefined): Readonly<Record<string, Plain>> {
  return value !== undefined && fromPlain(value).M !== undefined
    ? (value as Readonly<Record<string, Plain>>)
    : {};
}

function unique<Value>(values: readonly Value[]): readonly Value[] {
  return [...new Set(values)];
}

function omit(record: PlainRecord, name: string): PlainRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([other]) => other !== name),
  );
}

function defined(
  record: Readonly<Record<string, Plain | undefined>>,
): PlainRecord {
  return Object.fromEntries(
    Object.entries(record).filter(
      (entry): entry is [string, Plain] => entry[1] !== undefined,
    ),
  );
}
