/** The names of the echo function's environment variables, shared by the construct that sets them. */
export const ECHO_ENV = {
  corsOrigins: "CORS_ORIGINS",
} as const;
