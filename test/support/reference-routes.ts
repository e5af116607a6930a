/**
 * The route grammar once more, written for reading and not for speed, sharing nothing with lambda/core: what a
 * record's routes mean for one request. The compiler is right if and only if its policies agree with this page.
 */

export interface RouteQuestion {
  readonly tenantId: string;
  /** The record's routes, all of them well formed. */
  readonly routes: readonly string[];
  /** What the token's scope and permissions hold. */
  readonly grants: ReadonlySet<string>;
  readonly method: string;
  /** The request's path as it stands in the method ARN, the slash before it included. */
  readonly path: string;
  /** The API's id, when the policy was too large to spell out region and account. */
  readonly compactApiId?: string | undefined;
}

/** Whether a token with these grants may make the request. */
export function routesAllow(question: RouteQuestion): boolean {
  const { method, path, grants, compactApiId } = question;
  const routes = question.routes.map((text) =>
    readRoute(text, question.tenantId),
  );
  const denials = routes.filter((route) => route.isDenial);
  const concerning = routes.filter(
    (route) =>
      route.methods === "*" || route.methods.split(",").includes(method),
  );

  // A path that could be read as another path is refused to everybody …
  if (isHostile(path)) return false;
  // … and so is one that could be mistaken for the beginning of an ARN, where region and account are left open.
  if (compactApiId !== undefined && path.includes(`:${compactApiId}/`))
    return false;
  // A tenant with denials may not spell any character of theirs in another way.
  if (denials.some((denial) => spellsInCode(path, denial.path))) return false;

  if (
    denials.some(
      (denial) =>
        concerning.includes(denial) && denialCovers(denial.path, path),
    )
  )
    return false;
  return concerning.some(
    (route) =>
      !route.isDenial &&
      grantCovers(route.path, path) &&
      route.scopes.every((scope) => grants.has(scope)),
  );
}

interface RouteReading {
  readonly isDenial: boolean;
  readonly methods: string;
  readonly path: string;
  readonly scopes: readonly string[];
}

/** `!METHODS PATH` or `METHODS PATH [SCOPE…]`. */
function readRoute(text: string, tenantId: string): RouteReading {
  const isDenial = text.startsWith("!");
  const [methods = "", path = "", ...scopes] = text.replace("!", "").split(" ");
  return {
    isDenial,
    methods,
    path: path.split("{tenantId}").join(tenantId),
    scopes,
  };
}

/** `/acme/*` is all that begins with `/acme/`; any other path is itself. */
function grantCovers(pattern: string, path: string): boolean {
  return pattern.endsWith("/*")
    ? path.startsWith(pattern.slice(0, -1))
    : path === pattern;
}

/** In a denial every `*` is any text, slashes included. */
function denialCovers(pattern: string, path: string): boolean {
  const star = pattern.indexOf("*");
  // With a slash at its end a path is the same page to many backends.
  if (star === -1) return path === pattern || path === `${pattern}/`;
  const after = pattern.slice(star + 1);
  return (
    path.startsWith(pattern.slice(0, star)) &&
    range(star, path.length).some((end) => denialCovers(after, path.slice(end)))
  );
}

/** The whole numbers from first to last, both included. */
function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Design §3: dot segments, empty segments, backslashes and the codes of dot, slash and backslash. */
function isHostile(path: string): boolean {
  const segments = path.split("/");
  return (
    segments.some((segment) => segment === "." || segment === "..") ||
    // With a path parameter, which some backends drop before they resolve the dots.
    segments.some(
      // … or a code, which some strip.
      (segment) => /^\.\.[;%]/.test(segment),
    ) ||
    path.includes("//") ||
    path.includes("\\") ||
    /%2e|%2f|%5c/i.test(path) ||
    // Encoded twice, and a NUL.
    /%252|%255|%00/.test(path)
  );
}

/** Whether the path holds the percent code of a character that the denial is written with. */
function spellsInCode(path: string, denialPath: string): boolean {
  // … or attach a path parameter, or a code to a dot.
  if (/;|%3b|\/\.%/i.test(path)) return true;
  return Array.from(denialPath)
    .filter((character) => character !== "/" && character !== "*")
    .some((character) => {
      const code = character.charCodeAt(0).toString(16);
      // The letters a to o are refused together: %6 and whatever follows.
      return code.startsWith("6")
        ? /%6./s.test(path)
        : path.toLowerCase().includes(`%${code}`);
    });
}
