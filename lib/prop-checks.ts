/**
 * What a value must look like before it may enter a template. Each check answers with what is wrong and what to
 * write instead, or `undefined`; the constructs and the app's context share them. A value that is known only at
 * deployment (an unresolved token) passes: the function's own configuration parser is the second look.
 */
import { type Duration, Token } from "aws-cdk-lib";

/** API Gateway keeps an authorizer's result for an hour at most. */
export const MAX_RESULTS_CACHE_SECONDS = 3600;

type Problem = string | undefined;

export function findIssuerProblem(issuer: string): Problem {
  if (Token.isUnresolved(issuer)) return undefined;
  const quoted = JSON.stringify(issuer);
  const url = URL.parse(issuer);
  if (url === null) {
    return `issuer ${quoted} is not a URL: Auth0 writes iss as https://<domain>/, for example "https://acme.eu.auth0.com/"`;
  }
  if (url.protocol !== "https:") {
    return `issuer ${quoted} must begin with https://: signing keys fetched without TLS can be anybody's`;
  }
  if (/[\s,]/.test(issuer) || url.search !== "" || url.hash !== "") {
    return `issuer ${quoted} must be one plain URL without spaces, commas, ? or #`;
  }
  if (url.username !== "" || url.password !== "") {
    return `issuer must not carry a user name or password`;
  }
  if (!issuer.endsWith("/")) {
    return `issuer ${quoted} has no trailing slash: Auth0 writes iss as https://<domain>/ and it is compared letter by letter, so write "${issuer}/"`;
  }
  if (url.href !== issuer) {
    return `issuer ${quoted} is compared with iss letter by letter: write it as ${JSON.stringify(url.href)}`;
  }
  return undefined;
}

export function findAudienceProblem(audience: string): Problem {
  if (Token.isUnresolved(audience)) return undefined;
  if (audience === "") {
    return "an audience is empty: use the API's identifier as Auth0 shows it";
  }
  return /[\s,]/.test(audience)
    ? `audience ${JSON.stringify(audience)} must not hold a space or a comma: give each API identifier as an entry of its own`
    : undefined;
}

/** DynamoDB takes a key attribute's name up to 255 bytes. */
const MAX_CLAIM_LENGTH = 255;

export function findTenantClaimProblem(claim: string): Problem {
  if (Token.isUnresolved(claim)) {
    return "the tenant claim must be known at synthesis: it names the table's partition key";
  }
  if (claim === "azp" || claim === "org_id") return undefined;
  return /^https?:\/\/[\x21-\x7e]+$/.test(claim) &&
    URL.canParse(claim) &&
    claim.length <= MAX_CLAIM_LENGTH
    ? undefined
    : `tenant claim ${JSON.stringify(claim)} must be azp, org_id or a namespaced claim such as "https://acme.com/tenant"`;
}

export function findDefaultRouteProblem(route: string): Problem {
  // The grammar belongs to the authorizer, which refuses to start on a broken route. This catches the empty entry.
  return route.trim() === ""
    ? 'a default route is empty: write for example "* /{tenantId}/*"'
    : undefined;
}

/** At 0 every request would get 429. An account's quota is 10,000 and can be raised; far above it is a slip. */
export const THROTTLING_LIMITS = { min: 1, max: 100_000 } as const;

/** At 0 Lambda runs the function never: every request would get 503. An account has 1,000 until more is asked for. */
export const CONCURRENCY_LIMITS = { min: 1, max: 100_000 } as const;

/** The list joined by commas must read back as the same list. */
export function findRepeatProblem(
  name: string,
  list: readonly string[],
): Problem {
  const repeated = list.find((entry, index) => list.indexOf(entry) !== index);
  return repeated === undefined
    ? undefined
    : `${name} names ${JSON.stringify(repeated)} twice`;
}

/** A whole number from `min` to `max`. */
export function findNumberProblem(
  name: string,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): Problem {
  if (Token.isUnresolved(value)) return undefined;
  return Number.isInteger(value) && value >= min && value <= max
    ? undefined
    : `${name} must be a whole number from ${min} to ${max}, not ${value}`;
}

/** A duration of whole seconds from `min` to `max`. */
export function findDurationProblem(
  name: string,
  value: Duration,
  { min, max }: { readonly min: number; readonly max: number },
): Problem {
  if (value.isUnresolved()) return undefined;
  const seconds = value.toMilliseconds() / 1000;
  return Number.isInteger(seconds) && seconds >= min && seconds <= max
    ? undefined
    : `${name} must be from ${min} to ${max} whole seconds, not ${seconds}`;
}

export function findStageNameProblem(stageName: string): Problem {
  return Token.isUnresolved(stageName) ||
    /^[A-Za-z0-9_-]{1,128}$/.test(stageName)
    ? undefined
    : `stage name ${JSON.stringify(stageName)} must be 1 to 128 letters, digits, - or _`;
}

/** Scheme, host and port of any scheme (hybrid apps have their own), in letters that mean nothing to a mapping. */
const ORIGIN =
  /^[a-z][a-z0-9+.-]*:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d{1,5})?$/;

/** An origin as browsers send it (RFC 6454 §6.2), or `*`. */
export function findOriginProblem(origin: string): Problem {
  if (Token.isUnresolved(origin) || origin === "*") return undefined;
  const isWeb = /^https?:/.test(origin);
  return ORIGIN.test(origin) && (!isWeb || URL.parse(origin)?.origin === origin)
    ? undefined
    : `CORS origin ${JSON.stringify(origin)} must be scheme and host only, as in "https://app.acme.com": no path, no trailing slash, no default port`;
}

/** What is wrong with origins that are good one by one. */
export function findOriginListProblem(origins: readonly string[]): Problem {
  return origins.includes("*") && origins.length > 1
    ? "CORS origins must be * alone, or a list without it"
    : findRepeatProblem("the list of CORS origins", origins);
}

export function findBackendUrlProblem(backendUrl: string): Problem {
  if (Token.isUnresolved(backendUrl)) return undefined;
  const quoted = JSON.stringify(backendUrl);
  const url = URL.parse(backendUrl);
  if (url === null || !["https:", "http:"].includes(url.protocol)) {
    return `backend URL ${quoted} is not an https:// URL`;
  }
  // API Gateway has no loopback to reach: there http is good for a local run and for nothing else.
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return `backend URL ${quoted} must be https: requests carry the client's token and the tenant headers`;
  }
  if (url.username !== "" || url.password !== "") {
    return "backend URL must not carry a user name or password";
  }
  return url.search !== "" || url.hash !== "" || /[\s{}]/.test(backendUrl)
    ? `backend URL ${quoted} must be a plain base URL without ?, #, { or }: the request's path is appended to it`
    : undefined;
}

export function findAlarmTopicProblem(topicArn: string): Problem {
  return Token.isUnresolved(topicArn) ||
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/.test(topicArn)
    ? undefined
    : `alarm topic ${JSON.stringify(topicArn)} must be the ARN of an SNS topic (not a FIFO one), such as "arn:aws:sns:eu-central-1:123456789012:on-call"`;
}

function isLoopback(hostname: string): boolean {
  return ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
}

/** Throws one error that names the construct and lists every problem found. */
export function refuse(
  path: string,
  problems: readonly (string | undefined)[],
): void {
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return;
  throw new Error(
    [`${path} cannot be built:`, ...found.map((p) => `  - ${p}`)].join("\n"),
  );
}
