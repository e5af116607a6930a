import type { ControlPlane } from "../control-plane/control-plane.ts";
import type { CachedResultView } from "../gateway/result-cache.ts";
import { ownProperty } from "../json.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";
import type {
  AccessChange,
  CacheEntry,
  ConsoleState,
  ServiceState,
} from "./api.ts";
import type { SwitchedParts } from "./drills/switches.ts";
import { describeKeys } from "./describe-keys.ts";
import { measurePolicy } from "./requests/policy-view.ts";

/** More entries are a load test's, and no page's. */
const MAX_ENTRIES = 100;

export function describeState(
  parts: SwitchedParts & {
    readonly stack: SynthesizedStack;
    readonly controlPlane: ControlPlane;
  },
  changes: readonly AccessChange[],
): ConsoleState {
  const { gateway, issuer, table, functions, stack } = parts;
  const { flushes } = parts.controlPlane;
  const lastFlushAtMs = flushes.at(-1)?.atMs;
  return {
    nowMs: Date.now(),
    stage: gateway.stages[0]?.stageName ?? "",
    issuer: describeService(issuer),
    table: describeService(table),
    keys: describeKeys(issuer),
    functions: resourcesOfType(stack, "AWS::Lambda::Function").map(
      ({ logicalId }) => ({ name: logicalId, ...functions.count(logicalId) }),
    ),
    cache: gateway.cachedResults().slice(-MAX_ENTRIES).map(describeEntry),
    cachedAnswers: gateway.cachedResults().length,
    flushes: flushes.length,
    ...(lastFlushAtMs !== undefined && { lastFlushAtMs }),
    changes,
  };
}

function describeService({
  isUp,
  delayMs,
}: SwitchedParts["issuer" | "table"]): ServiceState {
  return { isUp: isUp(), delayMs: delayMs() };
}

function describeEntry(result: CachedResultView): CacheEntry {
  const { context, policyDocument, tokenFingerprint, ...times } = result;
  const isAllow = opensSomething(policyDocument);
  const reason = context["denyReason"];
  return {
    fingerprint: tokenFingerprint,
    tenantId: context["tenantId"] ?? "",
    isAllow,
    // An allow has one too, for requests that it does not cover.
    ...(!isAllow && reason !== undefined && { reason }),
    storedAtMs: times.storedAtMs,
    expiresAtMs: times.expiresAtMs,
    hits: times.hits,
    policyBytes: measurePolicy(policyDocument),
  };
}

function opensSomething(policyDocument: unknown): boolean {
  const statements = ownProperty(policyDocument, "Statement");
  return (Array.isArray(statements) ? statements : [statements]).some(
    (statement) => ownProperty(statement, "Effect") === "Allow",
  );
}
