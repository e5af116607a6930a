/**
 * Puts a token to the authorizer's own heart, with two differences: the signature is not checked, and the answer
 * says why.
 */
import {
  authorize,
  type FindTenant,
  type VerifyAccessToken,
} from "../../../lambda/core/authorize.ts";
import { CouldNotTellError } from "../../../lambda/core/could-not-tell.ts";
import type { Decision } from "../../../lambda/core/decision.ts";
import {
  explainRequest,
  type RequestExplanation,
} from "../../../lambda/core/explain-request.ts";
import { own } from "../../../lambda/core/json.ts";
import { good, refused } from "../../../lambda/core/result.ts";
import type { RequestLine } from "../request-line.ts";
import type { Row, RowProblem } from "../records/row.ts";
import type { AuthorizerSettings } from "../target/deployment.ts";
import type { Target } from "../target/target.ts";
import { decodeToken } from "../token/decode-token.ts";

export interface TokenExplanation {
  readonly decision: Decision | { readonly kind: "could_not_tell" };
  /** The record that was found, broken or not. */
  readonly row: Row | undefined;
  /** Why we could not tell. */
  readonly problems: readonly RowProblem[];
  /** What the tenant's routes say of the request; `undefined` when it does not come to that. */
  readonly request: RequestExplanation | undefined;
}

export async function explainToken(
  authorization: string,
  request: RequestLine,
  now: number,
  target: Target,
  findRow: (key: string) => Promise<Row | undefined>,
): Promise<TokenExplanation> {
  const { authorizer } = target.deployment;
  let row: Row | undefined;
  const findTenant: FindTenant = async (key) => {
    row = await findRow(key);
    if (row !== undefined && row.problems.length > 0) {
      throw new CouldNotTellError("record_broken");
    }
    return { tenant: row?.tenant, recordAgeSeconds: 0 };
  };
  let decision: TokenExplanation["decision"];
  try {
    decision = await authorize(
      { authorization, stage: target.stage, now },
      { verifyAccessToken: readUnverified(authorizer, now), findTenant },
      {
        tenantClaim: target.table.tenantClaim,
        issuers: findIssuers(authorization, target),
        clockToleranceSeconds: authorizer.clockToleranceSeconds,
        maxTokenLifetimeSeconds: authorizer.maxTokenLifetimeSeconds,
        policyTimeCondition: true,
      },
    );
  } catch (error) {
    if (!(error instanceof CouldNotTellError)) throw error;
    decision = { kind: "could_not_tell" };
  }
  return {
    decision,
    row,
    problems: decision.kind === "could_not_tell" ? (row?.problems ?? []) : [],
    request: explainRoutes(decision, request, target),
  };
}

/** Where the token is good and the tenant may enter, it is left to the routes. */
function explainRoutes(
  decision: TokenExplanation["decision"],
  request: RequestLine,
  { stage }: Target,
): RequestExplanation | undefined {
  const isUpToRoutes =
    decision.kind === "allow" ||
    (decision.kind === "forbid" && decision.reason === "route_not_granted");
  return isUpToRoutes && decision.tenant !== undefined
    ? explainRequest(decision.tenant, stage, {
        ...request,
        grants: decision.token.grants,
      })
    : undefined;
}

/** What the library would find wrong, as far as that can be seen without a key; `exp` is looked at by the rules. */
function readUnverified(
  { audiences, clockToleranceSeconds }: AuthorizerSettings,
  now: number,
): VerifyAccessToken {
  return ({ token }) => {
    const claims = decodeToken(token)?.claims ?? {};
    const audience = own(claims, "aud");
    const named = Array.isArray(audience) ? audience : [audience];
    const notBefore = own(claims, "nbf");
    if (
      audience !== undefined &&
      audiences !== undefined &&
      !audiences.some((ours) => named.includes(ours))
    ) {
      return Promise.resolve(refused("audience_mismatch"));
    }
    return Promise.resolve(
      typeof notBefore === "number" && notBefore > now + clockToleranceSeconds
        ? refused("token_not_yet_valid")
        : good({ claims, keySetAgeSeconds: 0 }),
    );
  };
}

/** Where the issuers are not known, the token's own is taken for one of them. */
function findIssuers(
  authorization: string,
  { rules }: Target,
): ReadonlySet<string> {
  if (rules.issuers.size > 0) return rules.issuers;
  const token = authorization.slice("Bearer ".length);
  const issuer = own(decodeToken(token)?.claims ?? {}, "iss");
  return new Set(typeof issuer === "string" ? [issuer] : []);
}
