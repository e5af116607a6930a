/**
 * Reads a token without checking who signed it: good enough to say what the authorizer would make of it, and for
 * nothing else. The token itself is never printed.
 */
import {
  type JsonObject,
  own,
  parseJsonObject,
} from "../../../lambda/core/json.ts";

export interface DecodedToken {
  readonly claims: JsonObject;
  /** All that `scope` and `permissions` grant. */
  readonly grants: ReadonlySet<string>;
}

/** @returns `undefined` when it is not a JWT */
export function decodeToken(token: string): DecodedToken | undefined {
  const [, payload, ...rest] = token.split(".");
  if (payload === undefined || rest.length !== 1) return undefined;
  const claims = parseJsonObject(Buffer.from(payload, "base64url"));
  if (claims === undefined) return undefined;
  const scope = own(claims, "scope");
  const permissions = own(claims, "permissions");
  return {
    claims,
    grants: new Set([
      ...(typeof scope === "string" ? scope.split(" ") : []),
      ...(Array.isArray(permissions)
        ? permissions.filter((permission) => typeof permission === "string")
        : []),
    ]),
  };
}

/** What a token says under the claim that names the tenant; `client_id` stands in for `azp`, as RFC 9068 has it. */
export function tenantKeyOf(
  { claims }: DecodedToken,
  tenantClaim: string,
): unknown {
  return (
    own(claims, tenantClaim) ??
    (tenantClaim === "azp" ? own(claims, "client_id") : undefined)
  );
}
