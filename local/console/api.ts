/**
 * What the console's server and its page say to each other, in JSON: types, and the words they are made of. Of the
 * server, the page imports nothing else.
 */
export * from "./api/matrix.ts";
export * from "./api/requests.ts";
export * from "./api/state.ts";
export * from "./api/tenants.ts";
export * from "./api/tokens.ts";

/** Every error's body. `message` says what was wrong and what to do. */
export interface ApiError {
  readonly error: string;
  readonly message: string;
}
