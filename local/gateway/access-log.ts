/** What the gateway tells its operator about each request. */
import type { PolicyJudgement } from "./policy-evaluator.ts";
import {
  parseSubstitutionTemplate,
  type SubstitutionScope,
} from "./substitution-template.ts";

/** Where the authorizer's result came from: `none` when no authorizer was consulted, `off` with a TTL of 0. */
export type CacheUse = "hit" | "miss" | "off" | "none";

export type AuthorizationDecision =
  "allow" | "deny" | "unauthenticated" | "error" | "none";

/** The policy that judged a request, whether it was kept or fresh, and what in it decided. */
export interface JudgedPolicy extends PolicyJudgement {
  /** As the function sent it. */
  readonly document: unknown;
}

/** One per request: the stage's own access-log line, and the facts that only a local gateway can add. */
export interface AccessLogEntry {
  readonly requestId: string;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  readonly method: string;
  /** As received, without stage and query string. */
  readonly path: string;
  readonly status: number;
  readonly durationMs: number;
  readonly cache: CacheUse;
  readonly decision: AuthorizationDecision;
  /** A stable snake_case code: the context's `denyReason` on a deny; `undefined` when an integration answered. */
  readonly reason: string | undefined;
  /** What exactly was wrong, for the developer; never sent to the client. */
  readonly detail: string | undefined;
  readonly tenantId: string | undefined;
  /** `undefined` unless the authorizer function ran for this request. */
  readonly authorizer:
    | {
        readonly durationMs: number;
        readonly coldStart: boolean;
        /** The one in the function's log lines; absent when no function got the event. */
        readonly requestId?: string;
      }
    | undefined;
  /** `undefined` when no policy was there to judge by. */
  readonly policy: JudgedPolicy | undefined;
  /** How long the integration took; `undefined` when it was not asked. */
  readonly integrationMs: number | undefined;
  /** `AccessLogSetting.Format` rendered: parsed when it is JSON, else the text; `undefined` without a format. */
  readonly rendered: unknown;
}

export type RenderAccessLog = (scope: SubstitutionScope) => unknown;

export function createAccessLogRenderer(
  format: string,
  where: string,
): RenderAccessLog {
  const template = parseSubstitutionTemplate(format, where);
  return (scope) => {
    const line = template(scope, (value) =>
      // Escaped, so that no path or header can end a JSON string and forge a field.
      value === undefined ? "-" : JSON.stringify(value).slice(1, -1),
    );
    try {
      return JSON.parse(line) as unknown;
    } catch {
      // A format need not be JSON (CLF and XML are as good).
      return line;
    }
  };
}
