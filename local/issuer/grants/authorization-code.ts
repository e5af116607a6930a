import { createHash } from "node:crypto";
import { missing, refuse } from "../token-decision.ts";
import type { DecideGrant } from "./grant-request.ts";

/** https://auth0.com/docs/api/authentication/authorization-code-flow-with-pkce/get-token-pkce */
export const decideAuthorizationCode: DecideGrant = (
  { parameters, application },
  { codes, refreshTokens },
) => {
  const code = parameters.find("code");
  if (code === undefined) return missing("code");
  const redirectUri = parameters.find("redirect_uri");
  if (redirectUri === undefined) return missing("redirect_uri");

  const redeemed = codes.redeem(code, application.clientId);
  if (redeemed === undefined) {
    return refuse(403, "invalid_grant", "Invalid authorization code");
  }
  if (redirectUri !== redeemed.redirectUri) {
    const description = `The redirect URI is wrong. You sent ${redirectUri}, and we expected ${redeemed.redirectUri}`;
    return refuse(403, "unauthorized_client", description);
  }
  const verifier = parameters.find("code_verifier");
  if (!isProven(verifier, redeemed.codeChallenge)) {
    return refuse(403, "invalid_grant", "Failed to verify code verifier");
  }
  const { family } = redeemed;
  return {
    kind: "granted",
    grant: family.grant,
    signIn: family.signIn,
    refreshToken: refreshTokens.issue(family),
  };
};

/** RFC 7636 §4.1. */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/** RFC 7636 §4.6. A verifier without a challenge is a mix-up or an attack (RFC 9700 §4.8.2): refused too. */
function isProven(
  verifier: string | undefined,
  challenge: string | undefined,
): boolean {
  if (verifier === undefined || challenge === undefined) {
    return verifier === challenge;
  }
  const digest = createHash("sha256").update(verifier).digest("base64url");
  return VERIFIER.test(verifier) && digest === challenge;
}
