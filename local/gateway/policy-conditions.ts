/**
 * The condition block of a statement. Every operator and key not listed here is refused when the policy arrives:
 * a condition that is not understood must never count as fulfilled.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
import { BlockList, isIP, isIPv6 } from "node:net";
import { isRecord } from "../json.ts";
import { malformedOutput } from "./malformed-output.ts";

/** What a condition may look at. */
export interface RequestFacts {
  readonly nowMs: number;
  readonly sourceIp: string;
}

export type Condition = (facts: RequestFacts) => boolean;

type Comparison = (left: number, right: number) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThan: (left, right) => left > right,
  GreaterThanEquals: (left, right) => left >= right,
};

type ConditionParser = (values: readonly string[]) => Condition;

/** Operator → key in lower case (IAM's keys have no letter case) → parser of its values. */
const PARSERS = new Map<string, ReadonlyMap<string, ConditionParser>>();

for (const [name, compare] of Object.entries(COMPARISONS)) {
  const date = time(compare, parseDateMs);
  PARSERS.set(
    `Date${name}`,
    new Map([
      ["aws:currenttime", date],
      ["aws:epochtime", date],
    ]),
  );
  PARSERS.set(
    `Numeric${name}`,
    new Map([["aws:epochtime", time(compare, parseEpochMs)]]),
  );
}
PARSERS.set("IpAddress", new Map([["aws:sourceip", ipAddress(true)]]));
PARSERS.set("NotIpAddress", new Map([["aws:sourceip", ipAddress(false)]]));

/** Operators and keys are joined by "and", the values of one key by "or". */
export function parseConditions(block: unknown): readonly Condition[] {
  if (!isRecord(block)) throw malformedOutput("Condition is not an object");
  return Object.entries(block).flatMap(([operator, keys]) => {
    const parsers = PARSERS.get(operator);
    if (parsers === undefined) {
      throw malformedOutput(`condition operator ${operator} is not understood`);
    }
    if (!isRecord(keys)) {
      throw malformedOutput(`condition ${operator} is not an object`);
    }
    return Object.entries(keys).map(([key, values]) => {
      const parse = parsers.get(key.toLowerCase());
      if (parse === undefined) {
        throw malformedOutput(
          `condition key ${key} of ${operator} is not understood`,
        );
      }
      return parse(textValues(values, `${operator} ${key}`));
    });
  });
}

function time(
  compare: Comparison,
  parse: (value: string) => number,
): ConditionParser {
  return (values) => {
    const limitsMs = values.map(parse);
    return ({ nowMs }) => limitsMs.some((limitMs) => compare(nowMs, limitMs));
  };
}

function ipAddress(wanted: boolean): ConditionParser {
  return (values) => {
    const ranges = new BlockList();
    for (const value of values) addRange(ranges, value);
    return ({ sourceIp }) =>
      ranges.check(sourceIp, isIPv6(sourceIp) ? "ipv6" : "ipv4") === wanted;
  };
}

function addRange(ranges: BlockList, value: string): void {
  const [address = "", prefix, ...rest] = value.split("/");
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const bits = family === "ipv6" ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  const isPrefix = prefix === undefined || /^\d{1,3}$/.test(prefix);
  if (isIP(address) === 0 || !isPrefix || length > bits || rest.length > 0) {
    throw malformedOutput("a condition holds something that is no IP range");
  }
  ranges.addSubnet(address, length, family);
}

// W3C profile of ISO 8601, which is what IAM documents, or epoch seconds.
const ISO_DATE =
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

function parseDateMs(value: string): number {
  if (!ISO_DATE.test(value)) return parseEpochMs(value);
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) {
    throw malformedOutput("a condition holds a date that does not exist");
  }
  return ms;
}

function parseEpochMs(value: string): number {
  if (!/^\d{1,12}(?:\.\d+)?$/.test(value)) {
    throw malformedOutput("a condition holds something that is no time");
  }
  return Number(value) * 1000;
}

function textValues(values: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  if (list.length === 0) {
    throw malformedOutput(`condition ${where} has an empty list`);
  }
  return list.map((value) => {
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
    throw malformedOutput(`condition ${where} holds a value that is not text`);
  });
}
