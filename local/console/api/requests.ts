/** One request, and what became of it. */

/** `POST /api/requests`, and `POST /api/curl` */
export interface RequestInput {
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

export interface CurlView {
  readonly command: string;
}

export interface RequestResult {
  readonly request: { readonly method: string; readonly path: string };
  readonly response: ResponseView;
  readonly verdict: Verdict;
  readonly travel: readonly TravelStep[];
  readonly facts: RequestFacts;
  readonly policy?: PolicyView;
  /** The authorizer's own log line of this request, as it wrote it. */
  readonly logLine?: unknown;
}

export interface ResponseView {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly isBodyCut: boolean;
  readonly durationMs: number;
}

/** Why the request was let in or refused. */
export interface Verdict {
  readonly kind: "allow" | "refusal" | "outage";
  /** The reason's code; `allowed` or `backend_answered` when there is none. */
  readonly code: string;
  readonly meaning: string;
  readonly advice: string;
  /** What exactly was wrong, where the gateway knows more. */
  readonly detail?: string;
  /** The record's attributes that decided. */
  readonly attributes: readonly string[];
}

export const STEP_NAMES = [
  "token",
  "signature",
  "claims",
  "record",
  "policy",
  "gateway",
  "backend",
] as const;
export type StepName = (typeof STEP_NAMES)[number];

/**
 * `kept`: the authorizer's refusal is carried out and kept by the gateway. `skipped`: a kept answer stood in for the
 * step. `unknown`: the authorizer has not told.
 */
export type StepState =
  "passed" | "failed" | "kept" | "skipped" | "not_reached" | "unknown";

export interface TravelStep {
  readonly name: StepName;
  readonly state: StepState;
  readonly note: string;
  readonly durationMs?: number;
}

export interface RequestFacts {
  readonly requestId: string;
  readonly cache: "hit" | "miss" | "off" | "none";
  readonly gatewayMs: number;
  readonly authorizerMs?: number;
  readonly isColdStart: boolean;
  readonly authorizerRequestId?: string;
  readonly tenantId?: string;
  readonly keySetAgeSeconds?: number;
  readonly recordAgeSeconds?: number;
}

export interface PolicyView {
  readonly document: unknown;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly verdict: "allow" | "explicit_deny" | "implicit_deny";
  /** Place of the statement that decided, from 0. */
  readonly statement?: number;
  /** The pattern in it that matched. */
  readonly resource?: string;
  /** Place of a grant that covers the request, and whose condition does not hold now. */
  readonly unmetStatement?: number;
}
