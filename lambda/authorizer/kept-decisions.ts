/**
 * Allows that were reached, so that the same token for the same stage need not be judged again: with the gateway's
 * cache off or just emptied it comes many times. A decision is a function of the header's value, the stage, the key, the
 * record, and of a time before the first end among them; while all of these are the very same, so is the decision. It
 * is asked of key set and record each time, and as soon as one of them would have to be looked up anew, everything is
 * judged anew.
 */
import type { Allow, Ages } from "../core/decision.ts";
import type { StageArn } from "../core/method-arn.ts";

/** @typeParam Answer what was answered, which is the same each time */
export interface KeptDecisions<Answer> {
  readonly open: (request: KeptRequest) => KeptPlace<Answer>;
}

export interface KeptRequest {
  /** The whole value of the `Authorization` header. */
  readonly authorization: string;
  readonly stage: StageArn;
}

/** Where the decision about one request is kept. */
export interface KeptPlace<Answer> {
  /** Of the whole header value. */
  readonly digest: string;
  /** The decision, with the ages of now; `undefined` when the request has to be judged. */
  readonly recall: (nowMs: number) => Known<Answer> | undefined;
  /** @param nowMs the time with which the request was judged */
  readonly keep: (decision: Allow, result: Answer, nowMs: number) => void;
}

interface Known<Answer> {
  readonly decision: Allow;
  readonly result: Answer;
}

interface KeptDecision<Answer> extends Known<Answer> {
  readonly stage: StageArn;
  readonly recheck: () => Ages | undefined;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Each lasts no longer than its record may be used without a read, five seconds by default, and an environment answers one
 * request at a time: more would not come again. About 1 kB each; claims and policy are shared with other caches.
 */
export const MAX_KEPT_DECISIONS = 256;

/**
 * @param digestOf of a secret text, collision-free: it stands for every byte of the header's value
 * @param maxEntries the oldest makes room
 */
export function createKeptDecisions<Answer>(
  digestOf: (text: string) => string,
  maxEntries: number,
): KeptDecisions<Answer> {
  const kept = new Map<string, KeptDecision<Answer>>();
  return {
    open: ({ authorization, stage }) => {
      const digest = digestOf(authorization);
      return {
        digest,
        recall: (nowMs) => {
          const known = kept.get(digest);
          if (known === undefined || !isSame(known.stage, stage)) {
            return undefined;
          }
          if (nowMs < known.sinceMs || nowMs >= known.untilMs) return undefined;
          const ages = known.recheck();
          return (
            ages && {
              decision: { ...known.decision, ages },
              result: known.result,
            }
          );
        },
        keep: (decision, result, nowMs) => {
          const { recheck, token, tenant } = decision;
          if (recheck === undefined) return;
          const endsAt = Math.min(
            // From exp on, the clock tolerance makes another policy.
            Math.floor(token.expiresAt),
            tenant.expiresAt ?? Number.POSITIVE_INFINITY,
          );
          const untilMs = endsAt * 1_000;
          kept.set(digest, {
            stage,
            decision,
            result,
            recheck,
            sinceMs: nowMs,
            untilMs,
          });
          if (kept.size <= maxEntries) return;
          const [oldest = digest] = kept.keys();
          kept.delete(oldest);
        },
      };
    },
  };
}

/** Member by member, which costs less than to spell both out. */
function isSame(a: StageArn, b: StageArn): boolean {
  return (
    a.apiId === b.apiId &&
    a.stage === b.stage &&
    a.account === b.account &&
    a.region === b.region &&
    a.partition === b.partition
  );
}
