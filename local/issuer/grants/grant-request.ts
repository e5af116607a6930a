import type { AuthorizationCodes } from "../authorization-codes.ts";
import type { Api, Application, Directory } from "../directory.ts";
import type { RequestParameters } from "../parameters.ts";
import type { RefreshTokens } from "../refresh-tokens.ts";
import {
  refuse,
  unknownAudience,
  type Refused,
  type TokenDecision,
} from "../token-decision.ts";

/** A request for tokens whose application is known. */
export interface GrantRequest {
  readonly parameters: RequestParameters;
  readonly application: Application;
}

/** What grants are judged by. */
export interface GrantContext {
  readonly directory: Directory;
  readonly codes: AuthorizationCodes;
  readonly refreshTokens: RefreshTokens;
}

export type DecideGrant = (
  request: GrantRequest,
  context: GrantContext,
) => TokenDecision;

/** The API asked for, none when none is, or why there is none. */
export function findApi(
  audience: string | undefined,
  { apis }: Directory,
): Api | Refused | undefined {
  return audience === undefined
    ? undefined
    : (apis.find(({ identifier }) => identifier === audience) ??
        unknownAudience(audience));
}

export function isRefused(api: Api | Refused | undefined): api is Refused {
  return api !== undefined && "kind" in api;
}

/** @param members who must be in it */
export function judgeOrganization(
  organization: string | undefined,
  members: { readonly organizations: readonly string[] },
): Refused | undefined {
  return organization === undefined ||
    members.organizations.includes(organization)
    ? undefined
    : refuse(
        403,
        "access_denied",
        `not authorized for organization ${organization}`,
      );
}
