/**
 * How routes are spelled as resources of a policy. A resource's `*` and `?` match any characters, slashes and
 * colons included, so each place where one may stand is argued for here.
 */
import { methodPatterns } from "./method-set.ts";
import { type StageArn, formatStageArn } from "./method-arn.ts";
import type { RouteSet } from "./route-set.ts";

export interface PolicyEncoding {
  readonly encode: (routes: RouteSet) => readonly string[];
  /** Resources that are denied to every token of the tenant, hostile paths first. */
  readonly denied: readonly string[];
}

/**
 * Spellings that something behind us may read as another path (RFC 3986 §5.2.4 and §6.2.2), wherever in the
 * path they stand. How API Gateway spells them in the ARN it evaluates is not documented, so all are refused.
 */
const HOSTILE_PATHS = [
  "/./*",
  "/.",
  "/../*",
  "/..",
  // Dots with a path parameter, which servlet containers drop before they resolve them, or with a code.
  "/..;*",
  "/..%*",
  "//*",
  "\\*",
  "%2e*",
  "%2E*",
  "%2f*",
  "%2F*",
  "%5c*",
  "%5C*",
  // The same encoded once more, and a NUL.
  "%252*",
  "%255*",
  "%00*",
];

/** Every resource in full: `arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod/GET/acme/*`. */
export function createLiteralEncoding(
  stage: StageArn,
  denials: RouteSet,
): PolicyEncoding {
  const encode = createEncode(formatStageArn(stage));
  return {
    encode,
    denied: [
      ...deniedEverywhere(stage, denials),
      ...encode(withTrailingSlash(denials)),
    ],
  };
}

/**
 * For a tenant whose policy would be over its budget otherwise: region and account, which are the same for
 * every request that this policy is ever evaluated for, shrink to `*`.
 *
 * Those `*` could reach into the path only at a second `:{apiId}/`, and a path that holds one is denied. A
 * request's own ARN has two colons between the service and its API id; the denied resource asks for three.
 */
export function createCompactEncoding(
  stage: StageArn,
  denials: RouteSet,
): PolicyEncoding {
  const { partition, apiId, stage: name } = stage;
  const encode = createEncode(
    `arn:${partition}:execute-api:*:*:${apiId}/${name}`,
  );
  return {
    encode,
    denied: [
      ...deniedEverywhere(stage, denials),
      `arn:${partition}:execute-api:*:*:*:${apiId}/*`,
      ...encode(withTrailingSlash(denials)),
    ],
  };
}

function createEncode(
  stagePrefix: string,
): (routes: RouteSet) => readonly string[] {
  return (routes) =>
    [...routes].flatMap(([path, methods]) =>
      methodPatterns(methods).map(
        (method) => `${stagePrefix}/${method}${path}`,
      ),
    );
}

/** A denial may be as wide as it likes, so these do not name the API: it saves half of their bytes. */
function deniedEverywhere(stage: StageArn, denials: RouteSet): string[] {
  return [...HOSTILE_PATHS, ...encodedSpellings(denials)].map(
    (path) => `arn:${stage.partition}:execute-api:*:*:*${path}`,
  );
}

/** Many backends read `/acme/admin/` as `/acme/admin`: a denial of the one is a denial of both. */
function withTrailingSlash(denials: RouteSet): RouteSet {
  const both = new Map(denials);
  for (const [path, methods] of denials) {
    if (!path.endsWith("*") && path !== "/") both.set(`${path}/`, methods);
  }
  return both;
}

/**
 * A grant is safe from `%61` for `a`: it matches the literal path alone. A denial is not: `/acme/%61dmin` slips
 * past a denial of `/acme/admin`, and the backend decodes it. So a tenant with denials is denied the encoded
 * spelling of every character that they use; no client needs those (RFC 3986 §2.3). And path parameters, by which
 * `/acme/admin;x` is `/acme/admin` to some, and a dot with a code.
 */
function encodedSpellings(denials: RouteSet): readonly string[] {
  if (denials.size === 0) return [];
  const spellings = new Set([";*", "%3b*", "%3B*", "/.%*"]);
  for (const path of denials.keys()) {
    for (const character of path) {
      if (character === "/" || character === "*") continue;
      for (const spelling of percentEncodings(character)) {
        spellings.add(`${spelling}*`);
      }
    }
  }
  return [...spellings].sort();
}

function percentEncodings(character: string): readonly string[] {
  const hex = character.charCodeAt(0).toString(16);
  // %61 to %6f are the letters a to o (%60, the grave accent, is no loss): one pattern for all of them.
  if (hex.startsWith("6")) return ["%6?"];
  return [`%${hex}`, `%${hex.toUpperCase()}`];
}
