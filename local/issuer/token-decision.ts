import type { Grant } from "./access-token.ts";
import type { SignIn } from "./id-token.ts";

/** A grant, or the answer that says why there is none. */
export type TokenDecision = Granted | Refused;

export interface Granted {
  readonly kind: "granted";
  readonly grant: Grant;
  /** Absent where nobody signed in on a page of ours. */
  readonly signIn?: SignIn | undefined;
  readonly refreshToken?: string | undefined;
}

export interface Refused {
  readonly kind: "refused";
  readonly status: number;
  readonly error: string;
  readonly description: string;
}

export function refuse(
  status: number,
  error: string,
  description: string,
): Refused {
  return { kind: "refused", status, error, description };
}

export function missing(parameter: string): Refused {
  const description = `Missing required parameter: ${parameter}`;
  return refuse(400, "invalid_request", description);
}

export function unknownAudience(audience: string): Refused {
  return refuse(403, "access_denied", `Service not found: ${audience}`);
}
