/** Items as they travel: the JSON of DynamoDB's wire format, binary values in base64. */
import { isRecord, type JsonRecord } from "../json.ts";

/** An attribute value such as `{ "S": "acme" }`; not parsed any further. */
export type WireItem = JsonRecord;

const SET_TYPES: ReadonlySet<string> = new Set(["SS", "NS", "BS"]);

/** Whether two items hold the same: maps and sets have no order, lists have. */
export function isSameItem(
  a: WireItem | undefined,
  b: WireItem | undefined,
): boolean {
  return canonical(a) === canonical(b);
}

/** Equal text for equal items. */
export function canonical(item: WireItem | undefined): string | undefined {
  return JSON.stringify(item, (name, member: unknown) => {
    if (isRecord(member)) {
      return Object.fromEntries(
        Object.entries(member).sort(([left], [right]) =>
          left < right ? -1 : 1,
        ),
      );
    }
    return SET_TYPES.has(name) && Array.isArray(member)
      ? [...(member as readonly unknown[])].sort()
      : member;
  });
}

/** Bytes as DynamoDB counts them (developer guide, "DynamoDB item sizes and formats"); numbers roughly. */
export function sizeOf(item: WireItem): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) {
    bytes += Buffer.byteLength(name) + sizeOfValue(value);
  }
  return bytes;
}

/** What surrounds the members of a list or map, and each of them. */
const CONTAINER_BYTES = 3;
const MEMBER_BYTES = 1;

function sizeOfValue(value: unknown): number {
  const [[type, content] = ["NULL", true]] = Object.entries(
    isRecord(value) ? value : {},
  );
  const members = (Array.isArray(content) ? content : []) as unknown[];
  switch (type) {
    case "L":
      return sum(CONTAINER_BYTES, members, (member) => {
        return MEMBER_BYTES + sizeOfValue(member);
      });
    case "M":
      return isRecord(content)
        ? CONTAINER_BYTES +
            MEMBER_BYTES * Object.keys(content).length +
            sizeOf(content)
        : CONTAINER_BYTES;
    case "SS":
    case "NS":
    case "BS":
      return sum(0, members, (member) => {
        return sizeOfScalar(type.slice(0, 1), String(member));
      });
    case "S":
    case "N":
    case "B":
      return sizeOfScalar(type, String(content));
    default:
      return 1;
  }
}

function sizeOfScalar(type: string, text: string): number {
  if (type === "N") return Math.ceil(text.replace(/\D/g, "").length / 2) + 1;
  return Buffer.byteLength(text, type === "B" ? "base64" : "utf8");
}

function sum(
  start: number,
  members: readonly unknown[],
  size: (member: unknown) => number,
): number {
  return members.reduce<number>((total, member) => total + size(member), start);
}
