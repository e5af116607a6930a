/** Sets of HTTP methods as bits, and the fewest policy patterns that match exactly such a set. */
import { METHODS, type Method } from "./routes.ts";

/** Bit i stands for `METHODS[i]`. */
export type MethodSet = number;

export const NO_METHODS: MethodSet = 0;

export function methodSet(methods: readonly Method[]): MethodSet {
  return methods.reduce((set, method) => set | bit(method), NO_METHODS);
}

function bit(method: Method): MethodSet {
  return 1 << METHODS.indexOf(method);
}

/**
 * `?` stands for one character in a policy. Followed by a slash, and with nothing variable before it, `???` can
 * only be a three-letter method, and GET and PUT are all there are; likewise `????` for HEAD and POST. `*` never
 * stands in the method's place: one before `/acme/` would match `GET /globex/acme/x`.
 */
const PAIRS = [
  { methods: ["GET", "PUT"], pattern: "???" },
  { methods: ["HEAD", "POST"], pattern: "????" },
] as const;

const patternsBySet = new Map<MethodSet, readonly string[]>();

/** Patterns for the method's place in a resource that together match exactly these methods. */
export function methodPatterns(set: MethodSet): readonly string[] {
  const known = patternsBySet.get(set);
  if (known !== undefined) return known;
  let rest = set;
  const patterns: string[] = [];
  for (const { methods, pattern } of PAIRS) {
    const pair = methodSet(methods);
    if ((rest & pair) === pair) {
      patterns.push(pattern);
      rest &= ~pair;
    }
  }
  patterns.push(...METHODS.filter((method) => (rest & bit(method)) !== 0));
  patternsBySet.set(set, patterns);
  return patterns;
}
