/** Answers of this backend that are not its data, in the shape of the gateway's own: `error` is a stable code. */
import type { Response } from "express";
import type { TenantHeaderRefusal } from "./tenant-headers.ts";

export type Refusal =
  | TenantHeaderRefusal
  | "tenant_mismatch"
  | "token_missing"
  | "token_refused"
  | "token_mismatch"
  | "keys_unavailable";

/** Told of every refusal: the code alone, never a header's or a claim's value. */
export type LogRefusal = (reason: Refusal) => void;

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** RFC 6750 §3: with 401 goes the scheme that would have helped. */
const CHALLENGE = { "WWW-Authenticate": 'Bearer realm="api"' } as const;

export const ANSWERS: Readonly<Record<Refusal, Answer>> = {
  tenant_header_missing: {
    status: 403,
    message: "the request did not come through the gateway",
  },
  tenant_header_doubled: {
    status: 403,
    message: "a tenant header is there more than once",
  },
  tenant_header_malformed: {
    status: 403,
    message: "a tenant header's value is none that the gateway sends",
  },
  tenant_mismatch: {
    status: 403,
    message: "the path belongs to another tenant",
  },
  token_missing: {
    status: 401,
    message: "one access token is required",
    headers: CHALLENGE,
  },
  token_refused: {
    status: 401,
    message: "a valid access token is required",
    headers: CHALLENGE,
  },
  token_mismatch: {
    status: 403,
    message: "the token belongs to another caller than the tenant headers",
  },
  keys_unavailable: {
    status: 503,
    message: "could not check the token just now, try again",
    headers: { "Retry-After": "5" },
  },
};

export function refuse(
  response: Response,
  reason: Refusal,
  log: LogRefusal,
): void {
  log(reason);
  const { status, message, headers = {} } = ANSWERS[reason];
  response.status(status).set(headers).json({ error: reason, message });
}
