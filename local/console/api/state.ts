/** How the run is, and what of it can be switched. */
import type { AccessChange } from "./tenants.ts";

/** `GET /api/state` */
export interface ConsoleState {
  readonly nowMs: number;
  readonly stage: string;
  readonly issuer: ServiceState;
  readonly table: ServiceState;
  readonly keys: readonly PublishedKey[];
  readonly functions: readonly FunctionState[];
  /** The latest hundred, oldest first. */
  readonly cache: readonly CacheEntry[];
  readonly cachedAnswers: number;
  /** How often a function emptied the gateway's cache because a row had changed. */
  readonly flushes: number;
  readonly lastFlushAtMs?: number;
  /** The latest first. */
  readonly changes: readonly AccessChange[];
}

export interface ServiceState {
  readonly isUp: boolean;
  /** How long each of its answers is held back. */
  readonly delayMs: number;
}

export interface PublishedKey {
  readonly kid: string;
  /** `next` will sign after a rotation, `retired` has signed before one. */
  readonly use: "signing" | "next" | "retired";
}

export interface FunctionState {
  readonly name: string;
  readonly environments: number;
  readonly coldStarts: number;
  readonly invocations: number;
}

export interface CacheEntry {
  /** Of the token; the token itself is nowhere to be had. */
  readonly fingerprint: string;
  readonly tenantId: string;
  /** Whether the kept policy opens anything. */
  readonly isAllow: boolean;
  readonly reason?: string;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
  readonly hits: number;
  readonly policyBytes: number;
}

/** `POST /api/services`: what is left out stays as it is. */
export interface ServiceInput {
  readonly service: "issuer" | "table";
  readonly isUp?: boolean;
  readonly delayMs?: number;
}
