/** Holds answers against the changes that were asked for meanwhile. */
import type { TenantStatus } from "./drill-tenants.ts";
import type { Answer } from "./traffic.ts";

/** Every tenant is active before its first change. */
export interface Change {
  readonly tenantId: string;
  readonly to: TenantStatus;
  /** When the write began, by `performance.now()`. */
  readonly askedAtMs: number;
}

export interface Measured {
  /** Until the first answer by the new status. */
  readonly firstMs: number | undefined;
  /** Until the first answer after which none was by the old status. */
  readonly forGoodMs: number | undefined;
}

/** By the tenant's answers to requests that were sent after the change and before `untilMs`. */
export function measureChange(
  { tenantId, to, askedAtMs }: Change,
  answers: readonly Answer[],
  untilMs: number,
): Measured {
  const own = answers
    .filter(
      (answer) =>
        answer.tenantId === tenantId &&
        answer.sentAtMs >= askedAtMs &&
        answer.sentAtMs < untilMs,
    )
    .sort((a, b) => a.sentAtMs - b.sentAtMs);
  const isNew = (answer: Answer): boolean => readStatus(answer) === to;
  const lastOld = own.findLastIndex((answer) => !isNew(answer));
  const since = (answer: Answer | undefined): number | undefined =>
    answer && answer.answeredAtMs - askedAtMs;
  return {
    firstMs: since(own.find(isNew)),
    forGoodMs: since(own[lastOld + 1]),
  };
}

/**
 * The answers that none of the tenant's statuses explains. A status may be seen from the moment it is asked for, and
 * until so long after the next one is; no other answer may be seen at all.
 */
export function findUnexplained(
  answers: readonly Answer[],
  changes: readonly Change[],
  limitMs: number,
): readonly Answer[] {
  const changesOf = Map.groupBy(changes, ({ tenantId }) => tenantId);
  return answers.filter((answer) => {
    const own = [
      { to: "active" as const, askedAtMs: -Infinity },
      ...(changesOf.get(answer.tenantId) ?? []),
    ];
    const status = readStatus(answer);
    return !own.some(({ to, askedAtMs }, at) => {
      const endsAtMs = (own[at + 1]?.askedAtMs ?? Infinity) + limitMs;
      return (
        to === status &&
        askedAtMs <= answer.answeredAtMs &&
        answer.sentAtMs <= endsAtMs
      );
    });
  });
}

function readStatus({ status, reason }: Answer): TenantStatus | undefined {
  if (status === 200) return "active";
  return status === 403 && reason === "tenant_suspended"
    ? "suspended"
    : undefined;
}
