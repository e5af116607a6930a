/**
 * Sets of paths as routes, denials and API resources write them, and how two such sets lie to each other. For those
 * who judge records; the compiler needs none of it.
 */

/** No literal is mistaken for these: no path holds them. */
const ANY = Symbol("any character");
const NO_SLASH = Symbol("any character but a slash");
const FRESH = Symbol("a character that wildcards alone accept");

interface Token {
  /** A symbol, or the one character. */
  readonly accepts: string | typeof ANY | typeof NO_SLASH | typeof FRESH;
  /** Whether it stands for any number of them, none included. */
  readonly repeats: boolean;
}

/** A set of paths. */
export type PathPattern = readonly Token[];

const one = (accepts: Token["accepts"]): Token => ({ accepts, repeats: false });
const anyNumberOf = (accepts: Token["accepts"]): Token => ({
  accepts,
  repeats: true,
});

/** The path of a route, in which `*` is any text, slashes included, as IAM reads it. */
export function routePattern(path: string): PathPattern {
  return Array.from(path, (character) =>
    character === "*" ? anyNumberOf(ANY) : one(character),
  );
}

/** Exactly this path, whatever stands in it. */
export function literalPattern(path: string): PathPattern {
  return Array.from(path, one);
}

/** The path of an API Gateway resource: `{id}` is one segment, `{proxy+}` all that follows, both at least one character. */
export function resourcePattern(path: string): PathPattern {
  return path.split(/(\{[^}]*\})/).flatMap((part) => {
    if (!part.startsWith("{")) return literalPattern(part);
    const accepts = part.endsWith("+}") ? ANY : NO_SLASH;
    return [one(accepts), anyNumberOf(accepts)];
  });
}

/** Whether some path lies in both sets. */
export function meets(a: PathPattern, b: PathPattern): boolean {
  const width = b.length + 1;
  const seen = new Set<number>();
  const open = [0];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (seen.has(state)) continue;
    seen.add(state);
    const i = Math.floor(state / width);
    const j = state % width;
    const [x, y] = [a[i], b[j]];
    if (x === undefined && y === undefined) return true;
    if (x?.repeats === true) open.push(state + width);
    if (y?.repeats === true) open.push(state + 1);
    if (x !== undefined && y !== undefined && canShare(x, y)) {
      open.push(state + (x.repeats ? 0 : width) + (y.repeats ? 0 : 1));
    }
  }
  return false;
}

/**
 * Whether a route's path holds all of a pattern. Each wildcard of the pattern is put to it as a character that only
 * a wildcard accepts: one that takes it takes any text in its place.
 */
export function covers(routePath: string, pattern: PathPattern): boolean {
  const instance = pattern.map(({ accepts }) =>
    one(typeof accepts === "string" ? accepts : FRESH),
  );
  return meets(routePattern(routePath), instance);
}

function canShare({ accepts: a }: Token, { accepts: b }: Token): boolean {
  if (a === ANY || b === ANY) return true;
  if (a === NO_SLASH) return b !== "/";
  if (b === NO_SLASH) return a !== "/";
  return a === b;
}
