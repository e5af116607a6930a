/**
 * The Lambda function without Lambda: turns an event into a decision, and a decision into the four answers that
 * API Gateway understands.
 */
import {
  type AuthorizeDependencies,
  type AuthorizeRequest,
  type AuthorizeRules,
  authorize,
} from "../core/authorize.ts";
import {
  type AuthorizerContext,
  buildContext,
} from "../core/authorizer-context.ts";
import { CouldNotTellError } from "../core/could-not-tell.ts";
import type { Ages, Allow, Decision, Forbid } from "../core/decision.ts";
import { isJsonObject, own } from "../core/json.ts";
import { type StageArn, parseMethodArn } from "../core/method-arn.ts";
import type { PolicyDocument } from "../core/policy.ts";
import type {
  CouldNotTellReason,
  ForbidReason,
  UnauthenticatedReason,
} from "../core/reasons.ts";
import type { FaultCounts } from "./fault-counts.ts";
import type { KeptDecisions } from "./kept-decisions.ts";
import { type StepsMs, stepsOfKnown, timeSteps } from "./step-times.ts";

/** What API Gateway takes from a TOKEN authorizer (API Gateway guide, "Output from a Lambda authorizer"). */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: PolicyDocument;
  readonly context: AuthorizerContext;
  /** The value of the API key that counts the request; absent when no usage plans are deployed. */
  readonly usageIdentifierKey?: string;
}

/** One line per invocation. Of the event it holds the API's id and stage, of the token nothing. */
export interface DecisionLogEntry extends Partial<Ages>, FaultCounts {
  readonly outcome: "allow" | "forbid" | "unauthenticated" | "could_not_tell";
  readonly reason?: UnauthenticatedReason | ForbidReason | CouldNotTellReason;
  readonly tenantId?: string;
  /** The record's attributes that decided, or are broken: names, never values. */
  readonly attributes?: readonly string[];
  /** Of an allow: the policy's size for a token with every scope, which is what its budget is held against. */
  readonly policyBytes?: number;
  readonly apiId?: string;
  readonly stage?: string;
  readonly requestId: string;
  readonly durationMs: number;
  /** Absent when the event was none of ours. */
  readonly stepsMs?: StepsMs;
  /** Where in our code an `internal_error` arose. Without its message, which may quote what it choked on. */
  readonly at?: readonly string[];
}

export interface AuthorizerDependencies extends AuthorizeDependencies {
  /** Milliseconds since the epoch, never going backwards. */
  readonly now: () => number;
  readonly logDecision: (entry: DecisionLogEntry) => void;
  readonly keptDecisions: KeptDecisions<AuthorizerResult>;
  /** The faults since it was last called. */
  readonly takeFaults?: () => FaultCounts;
  /** The API key that counts the caller's requests; absent when no usage plans are deployed. */
  readonly chooseUsageKey?:
    ((decision: Allow | Forbid, stage: StageArn) => string) | undefined;
}

export type Authorizer = (
  event: unknown,
  invocation: { readonly awsRequestId: string },
) => Promise<AuthorizerResult>;

type Outcome =
  | Decision
  | { readonly kind: "could_not_tell"; readonly error: CouldNotTellError };

/**
 * @returns the handler. It resolves with a policy (allow, forbid), throws `Unauthorized` (the gateway's 401) or
 *   throws anything else (could not tell: the gateway's 500, answered as 503).
 */
export function createAuthorizer(
  dependencies: AuthorizerDependencies,
  rules: AuthorizeRules,
): Authorizer {
  const { now, logDecision, keptDecisions, takeFaults, chooseUsageKey } =
    dependencies;
  return async (event, { awsRequestId }) => {
    const startedAtMs = now();
    const request = parseTokenEvent(event);
    const log = (outcome: Outcome, stepsMs: StepsMs): void => {
      logDecision({
        ...describe(outcome),
        ...takeFaults?.(),
        ...(request && {
          apiId: request.stage.apiId,
          stage: request.stage.stage,
          stepsMs,
        }),
        requestId: awsRequestId,
        durationMs: Math.round(now() - startedAtMs),
      });
    };

    const place = request && keptDecisions.open(request);
    const known = place?.recall(startedAtMs);
    if (known !== undefined) {
      log(known.decision, stepsOfKnown(now() - startedAtMs));
      return known.result;
    }
    const { ports, finish } = timeSteps(dependencies, now, startedAtMs);
    const outcome = await decide(
      request && { ...request, digest: place?.digest },
      startedAtMs,
      ports,
      rules,
    );
    log(outcome, finish());
    const result = {
      ...answer(outcome),
      ...(chooseUsageKey &&
        request &&
        "policy" in outcome && {
          usageIdentifierKey: chooseUsageKey(outcome, request.stage),
        }),
    };
    if (outcome.kind === "allow") place?.keep(outcome, result, startedAtMs);
    return result;
  };
}

interface TokenRequest {
  readonly authorization: string;
  readonly stage: StageArn;
}

/** A TOKEN authorizer's event; `undefined` for any other, which means that the function is wired up wrongly. */
function parseTokenEvent(event: unknown): TokenRequest | undefined {
  if (!isJsonObject(event) || own(event, "type") !== "TOKEN") return undefined;
  const authorization = own(event, "authorizationToken");
  const stage = parseMethodArn(own(event, "methodArn"));
  return typeof authorization === "string" && stage !== undefined
    ? { authorization, stage }
    : undefined;
}

async function decide(
  request: Omit<AuthorizeRequest, "now"> | undefined,
  nowMs: number,
  ports: AuthorizeDependencies,
  rules: AuthorizeRules,
): Promise<Outcome> {
  try {
    if (request === undefined) throw new CouldNotTellError("event_malformed");
    return await authorize({ ...request, now: nowMs / 1_000 }, ports, rules);
  } catch (error) {
    return {
      kind: "could_not_tell",
      error:
        error instanceof CouldNotTellError
          ? error
          : new CouldNotTellError("internal_error", { cause: error }),
    };
  }
}

function describe(
  outcome: Outcome,
): Omit<DecisionLogEntry, "requestId" | "durationMs"> {
  switch (outcome.kind) {
    case "allow":
      return {
        outcome: "allow",
        tenantId: outcome.tenant.tenantId,
        policyBytes: outcome.policyBytes,
        ...wholeSeconds(outcome.ages),
      };
    case "forbid":
      return {
        outcome: "forbid",
        reason: outcome.reason,
        ...(outcome.tenant && { tenantId: outcome.tenant.tenantId }),
        ...(outcome.attribute !== undefined && {
          attributes: [outcome.attribute],
        }),
        ...wholeSeconds(outcome.ages),
      };
    case "unauthenticated":
      return { outcome: "unauthenticated", reason: outcome.reason };
    case "could_not_tell":
      return {
        outcome: "could_not_tell",
        reason: outcome.error.code,
        ...(outcome.error.attributes.length > 0 && {
          attributes: outcome.error.attributes,
        }),
        ...(outcome.error.code === "internal_error" && {
          at: positions(outcome.error.cause),
        }),
      };
  }
}

function wholeSeconds(ages: Ages): Ages {
  return {
    keySetAgeSeconds: Math.floor(ages.keySetAgeSeconds),
    recordAgeSeconds: Math.floor(ages.recordAgeSeconds),
  };
}

function answer(outcome: Outcome): AuthorizerResult {
  switch (outcome.kind) {
    case "allow":
    case "forbid":
      return {
        principalId: outcome.token.subject,
        policyDocument: outcome.policy,
        context: buildContext(outcome),
      };
    case "unauthenticated":
      // API Gateway answers 401 to this message and no other.
      throw withoutStack(new Error("Unauthorized"));
    case "could_not_tell":
      throw withoutStack(new Error(`could not tell: ${outcome.error.code}`));
  }
}

/**
 * The runtime logs what is thrown, at every 401, and our log line has said it already. It expects a string, so
 * the stack is emptied, not removed.
 */
function withoutStack(error: Error): Error {
  error.stack = "";
  return error;
}

const FRAME = /^ {4}at .*:\d+:\d+\)?$/;

/** The frames alone: whatever the message says, even if it spans lines, is cut off before. */
function positions(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const { message, stack } = error;
  if (stack === undefined) return [];
  const at = stack.indexOf(message);
  // The message was exchanged since the stack was written: where it ends there, nobody can say.
  if (at === -1) return [];
  const frames = stack.slice(at + message.length);
  return frames
    .split("\n")
    .filter((line) => FRAME.test(line))
    .map((line) => line.trim())
    .slice(0, 10);
}
