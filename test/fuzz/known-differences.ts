/**
 * Where the authorizer and the oracle differ, and why that is right. A disagreement that nothing here explains
 * fails the run; an entry that a big run never meets is reported, because it may hide a fault one day.
 */
import { type Disagreement, findDisagreement } from "./compare.ts";

export interface KnownDifference {
  readonly name: string;
  /** Why the authorizer may differ. */
  readonly why: string;
  readonly explains: (disagreement: Disagreement) => boolean;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: "the library reads types first",
    why: "it parses the whole payload before it looks at the signature, so a registered claim of the wrong type is refused as claim_malformed, whatever else is wrong",
    explains: ({ kind, subject, oracle }) =>
      kind === "reason" &&
      subject.reason === "claim_malformed" &&
      oracle.outcome === "unauthenticated" &&
      oracle.stage !== "raw" &&
      !oracle.reasons.has("kid_unknown") &&
      LIBRARY_TYPES.some(
        ([name, fits]) =>
          oracle.payload.has(name) && !fits(oracle.payload.get(name)),
      ),
  },
  {
    name: "jti is a string",
    why: "RFC 7519 §4.1.7; the library refuses another type, section 4 is silent",
    explains: ({ subject, oracle }) =>
      isRefusedClaim(subject) &&
      wouldPass(oracle) &&
      oracle.payload.has("jti") &&
      !isString(oracle.payload.get("jti")),
  },
  {
    name: "aud is a list of strings",
    why: "RFC 7519 §4.1.3; jose finds our audience among members of any type, the library refuses the list",
    explains: ({ subject, oracle }) =>
      isRefusedClaim(subject) &&
      wouldPass(oracle) &&
      !isAudience(oracle.payload.get("aud")),
  },
  {
    name: "scope has the grammar of RFC 6749 §3.3",
    why: "it goes to the backend as it is, and only printable ASCII may; section 4 is silent",
    explains: ({ subject, oracle }) =>
      isRefusedClaim(subject) &&
      oracle.payload.has("scope") &&
      !isScope(oracle.payload.get("scope")),
  },
  {
    name: "permissions is a list of strings",
    why: "of any other list nobody can say what it grants; section 4 is silent",
    explains: ({ subject, oracle }) =>
      isRefusedClaim(subject) &&
      oracle.payload.has("permissions") &&
      !isListOfStrings(oracle.payload.get("permissions")),
  },
  {
    name: "org_id has the grammar of tenant claims",
    why: "it goes to the backend as it is, also where it does not name the tenant; section 4 is silent",
    explains: ({ subject, oracle }) =>
      isRefusedClaim(subject) &&
      oracle.payload.has("org_id") &&
      !/^[A-Za-z0-9_.|:@/-]{1,256}$/.test(
        String(asString(oracle.payload.get("org_id"))),
      ),
  },
  {
    name: "sub neither begins nor ends with a blank",
    why: "it becomes a header's value, and headers lose such blanks; section 4 says no more than sane",
    explains: ({ subject, oracle }) =>
      subject.outcome === "unauthenticated" &&
      subject.reason === "subject_malformed" &&
      !isRefusedFor(oracle, "subject_malformed") &&
      /^ | $/.test(String(oracle.payload.get("sub"))),
  },
  {
    name: "a lifetime is positive",
    why: "a token that ended before it was issued is nobody's; section 4 states the maximum alone",
    explains: ({ subject, oracle }) =>
      subject.outcome === "unauthenticated" &&
      subject.reason === "lifetime_not_allowed" &&
      Number(oracle.payload.get("exp")) <= Number(oracle.payload.get("iat")),
  },
  {
    name: "depth that a repeated name hides",
    why: "the oracle counts brackets in the text; of two members with one name only the last is ever walked",
    explains: ({ oracle }) =>
      isRefusedFor(oracle, "json_too_deep") &&
      depthOf(oracle.header) <= 64 &&
      depthOf(oracle.payload) <= 64,
  },
  {
    name: "two keys under one kid",
    why: "jose refuses to choose, we take the first; apart from that the verdicts must be the same",
    explains: (disagreement) => {
      const { oracle } = disagreement;
      if (oracle.outcome !== "unauthenticated") return false;
      const { otherwise } = oracle;
      if (otherwise === undefined) return false;
      const rest = findDisagreement({ ...disagreement, oracle: otherwise });
      return rest === undefined || findKnownDifference(rest) !== undefined;
    },
  },
  {
    name: "jose's clock has whole seconds: exp",
    why: "within the second that it rounds away, jose accepts a token that has expired",
    explains: ({ subject, oracle, fuzzCase }) =>
      subject.outcome === "unauthenticated" &&
      subject.reason === "token_expired" &&
      isWithinSecond(endOf(oracle, fuzzCase), fuzzCase),
  },
  {
    name: "jose's clock has whole seconds: nbf",
    why: "within the second that it rounds away, jose refuses a token whose nbf has come",
    explains: ({ oracle, fuzzCase }) =>
      oracle.joseRefuses === "token_not_yet_valid" &&
      isWithinSecond(
        Number(oracle.payload.get("nbf")) -
          fuzzCase.deployment.clockToleranceSeconds,
        fuzzCase,
      ),
  },
  {
    name: "the library accepts the instant of exp itself",
    why: "our own rule refuses it (RFC 7519 §4.1.4, on or after), but after rules that give another reason",
    explains: ({ kind, oracle, fuzzCase }) =>
      kind === "reason" &&
      isRefusedFor(oracle, "token_expired") &&
      endOf(oracle, fuzzCase) === fuzzCase.nowMs / 1_000,
  },
];

const isString = (value: unknown): boolean => typeof value === "string";
const asString = (value: unknown): unknown => (isString(value) ? value : "");
const isListOfStrings = (value: unknown): boolean =>
  Array.isArray(value) && value.every(isString);
const isAudience = (value: unknown): boolean =>
  isString(value) || isListOfStrings(value);
const isScope = (value: unknown): boolean =>
  typeof value === "string" && /^[ !#-[\]-~]*$/.test(value);

/** What the library asks of registered claims that stand in a payload. */
const LIBRARY_TYPES: readonly (readonly [
  string,
  (value: unknown) => boolean,
])[] = [
  ["sub", isString],
  ["aud", isAudience],
  ["scope", isString],
  ["jti", isString],
];

function isRefusedClaim({ outcome, reason }: Disagreement["subject"]): boolean {
  return outcome === "unauthenticated" && reason === "claim_malformed";
}

function wouldPass({ outcome }: Disagreement["oracle"]): boolean {
  return outcome !== "unauthenticated";
}

function isRefusedFor(oracle: Disagreement["oracle"], reason: string): boolean {
  return oracle.outcome === "unauthenticated" && oracle.reasons.has(reason);
}

/** The instant from which the token is refused. */
function endOf(
  { payload }: Disagreement["oracle"],
  { deployment }: Disagreement["fuzzCase"],
): number {
  return Number(payload.get("exp")) + deployment.clockToleranceSeconds;
}

/** Whether the instant lies in the current second, between its beginning and now. */
function isWithinSecond(
  instant: number,
  { nowMs }: Disagreement["fuzzCase"],
): boolean {
  const now = nowMs / 1_000;
  return Math.floor(now) < instant && instant <= now;
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const members = value instanceof Map ? value.values() : Object.values(value);
  return 1 + Math.max(0, ...[...members].map(depthOf));
}

export function findKnownDifference(
  disagreement: Disagreement,
): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find(({ explains }) => explains(disagreement));
}
