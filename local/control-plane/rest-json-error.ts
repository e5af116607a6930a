/** An error as the services with a REST-JSON interface send it: its type in a header, its message in the body. */
export class RestJsonError extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

export function notFound(message: string): RestJsonError {
  return new RestJsonError(404, "NotFoundException", message);
}
