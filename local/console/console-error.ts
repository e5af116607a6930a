/** Meant for the page: what was wrong, and what to do. */
export class ConsoleError extends Error {
  readonly status: number;
  /** A stable snake_case code. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** For a body or a value that is not what the route takes. */
export function badRequest(message: string): ConsoleError {
  return new ConsoleError(400, "bad_request", message);
}
