/** The variables of a function that has a candidate in its shadow, shared by the construct and the function. */
export const SHADOW_ENV = {
  /** The candidate's file, relative to the function's code; the function's own code when absent. */
  bundle: "SHADOW_BUNDLE",
  /** A JSON object: variables that the candidate finds changed. */
  environment: "SHADOW_ENVIRONMENT",
} as const;
