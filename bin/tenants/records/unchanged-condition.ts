/** The condition under which a write goes through: the attributes it replaces are still what was read. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "./plain-record.ts";

/** An expression with its placeholders, as DynamoDB takes it. */
export class Expression {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};

  /** A placeholder for a name; attribute names may be reserved words or hold dots. */
  name(name: string): string {
    const known = Object.entries(this.names).find(([, own]) => own === name);
    if (known !== undefined) return known[0];
    const placeholder = `#n${Object.keys(this.names).length}`;
    this.names[placeholder] = name;
    return placeholder;
  }

  value(value: AttributeValue): string {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }
}

/** An expression may hold 4 KB and 300 operators: where members are many, the whole is compared at once. */
const MAX_MEMBERS = 30;

/** @returns conditions to be joined by AND */
export function unchanged(
  item: Item,
  attributes: readonly string[],
  expression: Expression,
): readonly string[] {
  return attributes.flatMap((attribute) => {
    const path = expression.name(attribute);
    const value = item[attribute];
    return value === undefined
      ? [`attribute_not_exists(${path})`]
      : equals(path, value, expression);
  });
}

/** Member by member, because dynalite, which is the table of the local run, does not compare maps and lists. */
function equals(
  path: string,
  value: AttributeValue,
  expression: Expression,
): readonly string[] {
  const members =
    sizeOf(value) > MAX_MEMBERS
      ? undefined
      : membersOf(path, value, expression);
  if (members === undefined) return [`${path} = ${expression.value(value)}`];
  return [
    `size(${path}) = ${expression.value({ N: String(members.length) })}`,
    ...members.flatMap(([memberPath, member]) =>
      equals(memberPath, member, expression),
    ),
  ];
}

/** How many values there are in a value, at any depth. */
function sizeOf(value: AttributeValue): number {
  const members = value.L ?? Object.values(value.M ?? {});
  return members.reduce((size, member) => size + sizeOf(member), 1);
}

function membersOf(
  path: string,
  value: AttributeValue,
  expression: Expression,
): readonly (readonly [string, AttributeValue])[] | undefined {
  if (value.M !== undefined) {
    return Object.entries(value.M).map(([name, member]) => [
      `${path}.${expression.name(name)}`,
      member,
    ]);
  }
  return value.L?.map((member, index) => [`${path}[${index}]`, member]);
}
