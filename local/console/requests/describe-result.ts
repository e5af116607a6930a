import type { AccessLogEntry } from "../../gateway/access-log.ts";
import type {
  RequestInput,
  RequestResult,
  ResponseView,
  Verdict,
} from "../api.ts";
import { findReason } from "../reasons/find-reason.ts";
import { buildTravel } from "./build-travel.ts";
import { findCode, type Journey } from "./journey.ts";
import { describePolicy } from "./policy-view.ts";

/** All that the page shows of one request. */
export function describeResult(
  { method, path }: RequestInput,
  response: ResponseView,
  journey: Journey,
  stageArn: string,
): RequestResult {
  const { entry, decision } = journey;
  const { authorizer } = entry;
  const tenantId = entry.tenantId ?? decision?.tenantId;
  return {
    request: { method, path },
    response,
    verdict: describeVerdict(journey),
    travel: buildTravel(journey),
    facts: {
      requestId: entry.requestId,
      cache: entry.cache,
      gatewayMs: entry.durationMs,
      isColdStart: authorizer?.coldStart ?? false,
      ...(authorizer && { authorizerMs: authorizer.durationMs }),
      ...(authorizer?.requestId !== undefined && {
        authorizerRequestId: authorizer.requestId,
      }),
      ...(tenantId !== undefined && { tenantId }),
      ...(decision?.keySetAgeSeconds !== undefined && {
        keySetAgeSeconds: decision.keySetAgeSeconds,
      }),
      ...(decision?.recordAgeSeconds !== undefined && {
        recordAgeSeconds: decision.recordAgeSeconds,
      }),
    },
    ...(entry.policy && {
      policy: describePolicy(entry.policy, entry, stageArn),
    }),
    ...(decision && { logLine: decision.line }),
  };
}

function describeVerdict(journey: Journey): Verdict {
  const { entry, decision } = journey;
  const code = findCode(journey);
  const attributes = decision?.attributes ?? [];
  if (code === undefined) {
    return { kind: "allow", attributes, ...describeAllowed(entry) };
  }
  return {
    kind: entry.status >= 500 ? "outage" : "refusal",
    code,
    ...describeReason(code, journey),
    attributes,
    ...(entry.detail !== undefined && { detail: entry.detail }),
  };
}

function describeReason(
  code: string,
  { entry }: Journey,
): Pick<Verdict, "meaning" | "advice"> {
  if (entry.policy?.unmetStatement !== undefined) {
    return {
      meaning:
        "a route covers the request, but its grant has ended since it was kept",
      advice:
        "The token has expired, or the record has: get a new token, and look at the record’s expiresAt.",
    };
  }
  const { meaning, advice } = findReason(code);
  return { meaning, advice };
}

function describeAllowed({
  decision,
  status,
}: AccessLogEntry): Pick<Verdict, "code" | "meaning" | "advice"> {
  const meaning =
    decision === "none"
      ? "the gateway answers this by itself, without a token"
      : "the token opens this route";
  return status < 400
    ? { code: "allowed", meaning, advice: "" }
    : {
        code: "backend_answered",
        meaning,
        advice: `The request was let in: ${status} is the backend’s own answer.`,
      };
}
