/**
 * Metric filters' JSON patterns, read as CloudWatch Logs documents them ("Filter pattern syntax for metric filters"):
 * only the part that the stack uses. What is not known here is refused, never guessed at.
 *
 *     { $.message.outcome = "allow" }   a string; "*" stands for any text
 *     { $.message.policyBytes >= 0 }    a number
 *     { (…) && (…) }  { (…) || (…) }
 */

export type MatchEvent = (event: unknown) => boolean;

/** @throws Error naming what is not known of the pattern */
export function parseFilterPattern(pattern: string): MatchEvent {
  const [, body] = /^\{\s*(.+?)\s*\}$/s.exec(pattern) ?? [];
  if (body === undefined) {
    throw new Error(`not a JSON filter pattern: ${pattern}`);
  }
  return parseExpression(body, pattern);
}

function parseExpression(text: string, pattern: string): MatchEvent {
  const comparison = COMPARISON.exec(text);
  if (comparison !== null) return parseComparison(comparison, pattern);
  const { operands, operators } = splitGroups(text, pattern);
  const [operator, ...others] = operators;
  if (operator === undefined || others.some((other) => other !== operator)) {
    throw new Error(`not known in a filter pattern: ${pattern}`);
  }
  const matchers = operands.map((operand) => parseExpression(operand, pattern));
  return operator === "&&"
    ? (event) => matchers.every((matches) => matches(event))
    : (event) => matchers.some((matches) => matches(event));
}

const COMPARISON =
  /^(\$(?:\.[A-Za-z0-9_]+)+)\s*(=|!=|<=|>=|<|>)\s*("(?:[A-Za-z0-9_]+|\*)"|-?\d+(?:\.\d+)?)$/;

function parseComparison(
  [, selector = "", operator = "", literal = ""]: RegExpExecArray,
  pattern: string,
): MatchEvent {
  if (literal.startsWith('"')) {
    const text = literal.slice(1, -1);
    if (operator !== "=") throw new Error(`not known: ${pattern}`);
    return (event) => {
      const value = select(event, selector);
      return typeof value === "string" && (text === "*" || value === text);
    };
  }
  const compare = COMPARE[operator];
  if (compare === undefined) throw new Error(`not known: ${pattern}`);
  return (event) => {
    const value = select(event, selector);
    return typeof value === "number" && compare(value, Number(literal));
  };
}

const COMPARE: Readonly<
  Record<string, ((value: number, limit: number) => boolean) | undefined>
> = {
  "=": (value, limit) => value === limit,
  "<": (value, limit) => value < limit,
  ">": (value, limit) => value > limit,
  "<=": (value, limit) => value <= limit,
  ">=": (value, limit) => value >= limit,
};

/** Operands in parentheses, with an operator between each two. */
function splitGroups(
  text: string,
  pattern: string,
): {
  readonly operands: readonly string[];
  readonly operators: readonly string[];
} {
  const operands: string[] = [];
  const operators: string[] = [];
  let rest = text;
  for (;;) {
    const [group, operand] = /^\(([^()]*)\)\s*/.exec(rest) ?? [];
    if (group === undefined || operand === undefined) {
      throw new Error(`not known in a filter pattern: ${pattern}`);
    }
    operands.push(operand.trim());
    rest = rest.slice(group.length);
    if (rest === "") return { operands, operators };
    const [spaced, operator] = /^(&&|\|\|)\s*/.exec(rest) ?? [];
    if (spaced === undefined || operator === undefined) {
      throw new Error(`not known in a filter pattern: ${pattern}`);
    }
    operators.push(operator);
    rest = rest.slice(spaced.length);
  }
}

/** What a selector such as `$.message.outcome` finds in an event; `undefined` for nothing. */
export function select(event: unknown, selector: string): unknown {
  return selector
    .split(".")
    .slice(1)
    .reduce<unknown>(
      (value, name) =>
        typeof value === "object" &&
        value !== null &&
        Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      event,
    );
}
