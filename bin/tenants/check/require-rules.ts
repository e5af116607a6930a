/** Rules under `require` that no token of Auth0's can satisfy. */
import type {
  BindingRule,
  Scalar,
} from "../../../lambda/core/tenant-record.ts";
import { flaw } from "./finding.ts";
import type { Circumstances, RecordRule, SoundRow } from "./survey.ts";

/** Claims that a rule never equals, and why. */
const NEVER: Readonly<Record<string, string>> = {
  permissions: "is a list in every token, and a rule compares single values",
  aud: "names the API, which is checked already, and is often a list",
  scope: "is one text of all scopes: ask for scopes in a route",
  exp: "is another in every token",
  iat: "is another in every token",
  nbf: "is another in every token",
  jti: "is another in every token",
  nonce: "stands in ID tokens alone, which are refused",
  at_hash: "stands in ID tokens alone, which are refused",
  c_hash: "stands in ID tokens alone, which are refused",
  cnf: "stands in sender-constrained tokens alone, which are refused",
};

/** Claims that are always text. */
const TEXTS: ReadonlySet<string> = new Set([
  "iss",
  "sub",
  "azp",
  "client_id",
  "org_id",
  "org_name",
  "gty",
]);

export const findRequireFlaws: RecordRule = (row, circumstances) =>
  row.tenant.require.flatMap((rule) => {
    const why = findObstacle(rule, row, circumstances);
    return why === undefined
      ? []
      : [flaw("require_never_holds", `require.${rule.claim}`, why)];
  });

function findObstacle(
  { claim, anyOf }: BindingRule,
  { key, tenant }: SoundRow,
  { tenantClaim, issuers }: Circumstances,
): string | undefined {
  if (Object.hasOwn(NEVER, claim)) return NEVER[claim];
  if (TEXTS.has(claim) && !anyOf.some((value) => typeof value === "string")) {
    return "is text in every token: write it as a string (S)";
  }
  if (anyOf.every((value) => value === "")) {
    return "is never empty in a token";
  }
  const isSameApplication = tenantClaim === "azp" && claim === "client_id";
  if ((claim === tenantClaim || isSameApplication) && !anyOf.includes(key)) {
    return `is the record's own key in every token that finds it, and the key is not among the values`;
  }
  const possibleIssuers: readonly Scalar[] =
    tenant.issuer === undefined ? [...issuers] : [tenant.issuer];
  if (
    claim === "iss" &&
    possibleIssuers.length > 0 &&
    !possibleIssuers.some((issuer) => anyOf.includes(issuer))
  ) {
    return "is none of the issuers that the record and the function accept";
  }
  return undefined;
}
