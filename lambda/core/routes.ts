/**
 * The route grammar of a tenant record: `"METHODS PATH [SCOPE…]"`, a leading `!` for a denial.
 *
 * Grants know literal segments and one final `*` for a whole subtree. A wildcard for a single segment is not
 * offered, because IAM cannot express it: its `*` crosses slashes.
 */
import { type Result, good, refused } from "./result.ts";
import type { TenantId } from "./tenant-id.ts";

/** The methods a REST API method can have, in the order policies list them. */
export const METHODS = [
  "GET",
  "PUT",
  "HEAD",
  "POST",
  "PATCH",
  "DELETE",
  "OPTIONS",
] as const;

export type Method = (typeof METHODS)[number];

export interface Route {
  readonly kind: "grant" | "denial";
  /** In the order of {@link METHODS}, without repetition. */
  readonly methods: readonly Method[];
  /**
   * Absolute path without the stage. A grant holds literal segments and at most one `*`, at its end after a
   * slash; a denial may hold `*` in the place of any segment, where it matches any text.
   */
  readonly path: string;
  /** Scopes the token must hold all of; empty for a denial. */
  readonly scopes: readonly string[];
  /** As written in the record. */
  readonly text: string;
}

const TENANT_ID = "{tenantId}";
const METHOD_NAMES: ReadonlySet<string> = new Set(METHODS);
const LITERAL = /^[A-Za-z0-9._~-]+$/;
/** RFC 6749 §3.3 scope-token, bounded. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const MAX_ROUTE_LENGTH = 1_024;

/**
 * Parses one route.
 *
 * @returns the route with the tenant's id in place of `{tenantId}`, or a message that says what is wrong and
 *   at which character (counted from 1)
 */
export function parseRoute(
  text: string,
  tenantId: TenantId,
): Result<Route, string> {
  if (text.length > MAX_ROUTE_LENGTH) {
    return refused(`route is longer than ${MAX_ROUTE_LENGTH} characters`);
  }
  const isDenial = text.startsWith("!");
  const start = isDenial ? 1 : 0;
  const [methodsText = "", pathText, ...scopes] = text.slice(start).split(" ");

  const methods = parseMethods(methodsText);
  if (!methods.ok) return at(text, start, methods.reason);
  const pathStart = start + methodsText.length + 1;
  if (pathText === undefined) {
    return at(
      text,
      pathStart - 1,
      'expected one space and a path, as in "GET /orders"',
    );
  }
  const problem = findPathProblem(pathText, isDenial);
  if (problem !== undefined) {
    return at(text, pathStart + problem.offset, problem.message);
  }

  let offset = pathStart + pathText.length + 1;
  for (const scope of scopes) {
    if (isDenial)
      return at(
        text,
        offset,
        "a denial holds for every token and takes no scope",
      );
    if (!SCOPE.test(scope)) {
      return at(
        text,
        offset,
        "expected a scope of 1 to 128 printable characters after one space",
      );
    }
    offset += scope.length + 1;
  }
  return good({
    kind: isDenial ? "denial" : "grant",
    methods: methods.value,
    path: pathText.replaceAll(TENANT_ID, tenantId),
    scopes,
    text,
  });
}

function parseMethods(text: string): Result<readonly Method[], string> {
  if (text === "*") return good(METHODS);
  const names = text.split(",");
  const unknown = names.find((name) => !METHOD_NAMES.has(name));
  if (unknown !== undefined) {
    return refused(
      `expected * or a comma-separated list of ${METHODS.join(" ")} in capitals`,
    );
  }
  return good(METHODS.filter((method) => names.includes(method)));
}

function findPathProblem(
  path: string,
  isDenial: boolean,
): { readonly offset: number; readonly message: string } | undefined {
  if (!path.startsWith("/")) {
    return { offset: 0, message: "expected a path that begins with /" };
  }
  if (path === "/") return undefined;
  let offset = 1;
  const segments = path.slice(1).split("/");
  for (const [index, segment] of segments.entries()) {
    const message = findSegmentProblem(segment, {
      isDenial,
      isLast: index === segments.length - 1,
    });
    if (message !== undefined) return { offset, message };
    offset += segment.length + 1;
  }
  return undefined;
}

function findSegmentProblem(
  segment: string,
  {
    isDenial,
    isLast,
  }: { readonly isDenial: boolean; readonly isLast: boolean },
): string | undefined {
  if (segment === "*") {
    if (isLast || isDenial) return undefined;
    return "a grant takes * only as the last segment, because in a policy it crosses slashes";
  }
  if (segment === TENANT_ID) return undefined;
  if (segment === "") {
    return isLast
      ? "a path does not end in / (write /* for the subtree)"
      : "a path has no empty segment";
  }
  if (segment === "." || segment === "..") {
    return "a path has no . or .. segment";
  }
  if (!LITERAL.test(segment)) {
    return "a segment is made of A-Z a-z 0-9 . _ ~ - or is {tenantId}, or *";
  }
  return undefined;
}

function at(
  text: string,
  offset: number,
  message: string,
): { ok: false; reason: string } {
  // The route is the team's own writing, not a client's, so it may be quoted.
  return refused(`${message}, at character ${offset + 1} of "${text}"`);
}
