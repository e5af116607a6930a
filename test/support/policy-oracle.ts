/**
 * An IAM policy evaluator of the tests' own, after the IAM user guide, "Policy evaluation logic" and "IAM JSON
 * policy elements". It shares no code with the compiler or the local gateway, so that each can catch the others,
 * and it throws at anything it does not know: a policy that it has judged has been understood to the last member.
 */

export type PolicyVerdict = "allow" | "explicit_deny" | "implicit_deny";

export interface PolicyRequest {
  /** `arn:…:execute-api:…:{apiId}/{stage}/{METHOD}/{path}` */
  readonly arn: string;
  /** Epoch seconds: `aws:CurrentTime`. */
  readonly at: number;
}

/** What IAM says of a request under this policy alone: an explicit Deny wins, and silence denies. */
export function evaluatePolicy(
  document: unknown,
  { arn, at }: PolicyRequest,
): PolicyVerdict {
  const matching = readStatements(document).filter(
    ({ resources, before }) =>
      (before === undefined || at < before) &&
      resources.some((pattern) => globMatches(pattern, arn)),
  );
  if (matching.some(({ effect }) => effect === "Deny")) return "explicit_deny";
  return matching.length > 0 ? "allow" : "implicit_deny";
}

/**
 * Whether the whole text fits the pattern: `*` is any characters or none, `?` is any one, both with `/` and `:`
 * among them; every other character is itself.
 */
export function globMatches(pattern: string, text: string): boolean {
  const [head = "", ...pieces] = pattern.split("*");
  const tail = pieces.pop();
  if (tail === undefined)
    return head.length === text.length && fitsAt(head, text, 0);
  // Between the ends each piece takes the first place it fits: a later one would leave less for the rest.
  let from = head.length;
  const end = text.length - tail.length;
  if (end < from || !fitsAt(head, text, 0) || !fitsAt(tail, text, end))
    return false;
  for (const piece of pieces) {
    while (from + piece.length <= end && !fitsAt(piece, text, from)) from += 1;
    if (from + piece.length > end) return false;
    from += piece.length;
  }
  return true;
}

function fitsAt(piece: string, text: string, at: number): boolean {
  for (let index = 0; index < piece.length; index += 1) {
    const wanted = piece[index];
    if (wanted !== "?" && wanted !== text[at + index]) return false;
    if (at + index >= text.length) return false;
  }
  return true;
}

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly resources: readonly string[];
  /** Epoch seconds from which the statement holds no more. */
  readonly before: number | undefined;
}

/** A policy is written once and judged often, in the property tests. */
const understood = new WeakMap<object, readonly Statement[]>();

function readStatements(document: unknown): readonly Statement[] {
  const policy = membersOf(document, ["Version", "Statement"], []);
  const known = understood.get(policy);
  if (known !== undefined) return known;
  if (policy["Version"] !== "2012-10-17")
    throw new Error("unknown policy version");
  const statements = nonEmptyList(policy["Statement"]).map(readStatement);
  understood.set(policy, statements);
  return statements;
}

function readStatement(value: unknown): Statement {
  const statement = membersOf(
    value,
    ["Effect", "Action", "Resource"],
    ["Condition"],
  );
  const { Effect: effect, Action: action } = statement;
  if (effect !== "Allow" && effect !== "Deny")
    throw new Error("unknown effect");
  if (action !== "execute-api:Invoke") throw new Error("unknown action");
  const resources = nonEmptyList(statement["Resource"]).map((resource) => {
    // ${…} would be a policy variable in this version.
    if (typeof resource !== "string" || !/^arn:[^$]+$/.test(resource)) {
      throw new Error("unknown resource");
    }
    return resource;
  });
  const before = Object.hasOwn(statement, "Condition")
    ? readCondition(statement["Condition"])
    : undefined;
  return { effect, resources, before };
}

const IAM_DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/;

function readCondition(value: unknown): number {
  const condition = membersOf(value, ["DateLessThan"], []);
  const operands = membersOf(
    condition["DateLessThan"],
    ["aws:CurrentTime"],
    [],
  );
  const date = operands["aws:CurrentTime"];
  if (
    typeof date !== "string" ||
    !IAM_DATE.test(date) ||
    Number.isNaN(Date.parse(date))
  ) {
    throw new Error("unknown date");
  }
  return Date.parse(date) / 1_000;
}

/** The value as an object that has all required members and no others but the optional ones. */
function membersOf(
  value: unknown,
  required: readonly string[],
  optional: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("expected an object in the policy");
  }
  const names = Object.keys(value);
  const unknown = names.find(
    (name) => !required.includes(name) && !optional.includes(name),
  );
  if (unknown !== undefined) throw new Error(`unknown element ${unknown}`);
  const missing = required.find((name) => !names.includes(name));
  if (missing !== undefined) throw new Error(`no ${missing} in the policy`);
  return value as Record<string, unknown>;
}

function nonEmptyList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new Error("expected a list with members in the policy");
  }
  return value;
}
