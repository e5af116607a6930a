import type { CouldNotTellReason } from "./reasons.ts";

/**
 * Thrown when a verdict cannot be reached. It becomes a 503, is never cached by the gateway, and is never
 * mistaken for a refusal.
 */
export class CouldNotTellError extends Error {
  /** Literal, because class names do not survive minification. */
  readonly code: CouldNotTellReason;
  /** Where a record is broken: attribute names only, never values. Safe to log. */
  readonly attributes: readonly string[];

  constructor(
    code: CouldNotTellReason,
    options: { cause?: unknown; attributes?: readonly string[] } = {},
  ) {
    super(code, { cause: options.cause });
    this.code = code;
    this.attributes = options.attributes ?? [];
  }
}
