/** The command cannot do its work: exit code 2. Made for a terminal; holds no token and no secret. */
export class VerifyError extends Error {
  /** Stable, for scripts. */
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
