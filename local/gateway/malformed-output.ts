/** The authorizer answered, but not with something API Gateway can use: AUTHORIZER_CONFIGURATION_ERROR. */
export class MalformedOutputError extends Error {
  readonly code = "authorizer_output_malformed";
}

export function malformedOutput(problem: string): MalformedOutputError {
  return new MalformedOutputError(problem);
}
