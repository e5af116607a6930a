/**
 * CloudWatch's metric math, as far as the alarms use it: numbers, metric ids, + - * /, >=, parentheses and IF. One period at
 * a time: where a metric has no value, neither has what is computed from it.
 */

type Value = number | undefined;

/** @throws Error naming what is not known of the expression */
export function evaluateExpression(
  expression: string,
  values: Readonly<Record<string, Value>>,
): Value {
  const tokens = expression.match(/>=|[A-Za-z]\w*|\d+(?:\.\d+)?|\S/g) ?? [];
  let at = 0;
  const refuse = (): never => {
    throw new Error(`not known in metric math: ${expression}`);
  };
  const take = (token: string): void => {
    if (tokens[at] !== token) refuse();
    at += 1;
  };

  function binary(
    operand: () => Value,
    operators: Readonly<Record<string, (a: number, b: number) => number>>,
  ): Value {
    let left = operand();
    for (;;) {
      const operate = operators[tokens[at] ?? ""];
      if (operate === undefined) return left;
      at += 1;
      const right = operand();
      left =
        left === undefined || right === undefined
          ? undefined
          : operate(left, right);
    }
  }
  const comparison = (): Value =>
    binary(sum, { ">=": (a, b) => (a >= b ? 1 : 0) });
  const sum = (): Value =>
    binary(product, { "+": (a, b) => a + b, "-": (a, b) => a - b });
  const product = (): Value =>
    binary(primary, { "*": (a, b) => a * b, "/": (a, b) => a / b });

  function primary(): Value {
    const token = tokens[at] ?? refuse();
    at += 1;
    if (token === "(") {
      const value = comparison();
      take(")");
      return value;
    }
    if (token === "IF") {
      take("(");
      const condition = comparison();
      take(",");
      const whenTrue = comparison();
      take(",");
      const whenFalse = comparison();
      take(")");
      return condition === undefined
        ? undefined
        : condition !== 0
          ? whenTrue
          : whenFalse;
    }
    if (/^\d/.test(token)) return Number(token);
    return token in values ? values[token] : refuse();
  }

  const value = comparison();
  if (at < tokens.length) refuse();
  return value;
}
