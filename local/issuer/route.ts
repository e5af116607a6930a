import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestParameters } from "./parameters.ts";

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the query when the method is GET, of the body when it is POST. */
  readonly parameters: RequestParameters;
}

export type Answer = (exchange: Exchange) => Promise<void> | void;

export interface Route {
  readonly answer: Answer;
  /** Plain http has no certificate to check: what a verifier of tokens trusts is not served over it. */
  readonly isHttpsOnly?: true;
  /**
   * Whose pages may send a request here, as far as Origin tells: our own (with one that must be there), our own
   * and the applications', or, for what is reached by following a link, our own when it says so at all.
   */
  readonly callers: "own_form" | "web_origins" | "own";
  /** Whether what it answers is the same for all, and may be kept. */
  readonly isCacheable?: true;
}

/** `"GET /authorize"` → what answers it. */
export type Routes = ReadonlyMap<string, Route>;
