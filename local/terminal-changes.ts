/** What `npm start` writes when rows change: one line per batch of changes, and one per flush. */
import { stripVTControlCharacters } from "node:util";
import type { AuthorizersCacheFlush } from "./control-plane/control-plane.ts";
import type { ScheduleNotice } from "./event-sources/schedules.ts";
import type { EventSourceNotice } from "./event-sources/event-sources.ts";
import type { Terminal } from "./terminal.ts";
import type { UsagePlan } from "./usage-plans/usage-plan.ts";

export function formatFlush(
  { paint }: Terminal,
  { stageName, results }: AuthorizersCacheFlush,
): string {
  return `${paint("magenta", "flush")}  authorizer cache of ${stageName}  ${paint("dim", `${plural(results, "result")} forgotten`)}`;
}

export function formatSchedule(
  { paint }: Terminal,
  { functionLogicalId, problem }: ScheduleNotice,
): string {
  return problem === undefined
    ? `${paint("magenta", "schedule")}  ${functionLogicalId} has run`
    : paint(
        "red",
        `schedule  ${functionLogicalId} failed: ${stripVTControlCharacters(problem)}`,
      );
}

/** What each of its tenants may do. */
export function formatPlan(
  { paint }: Terminal,
  { name, throttle, quota }: UsagePlan,
): string {
  const limits = [
    ...(throttle
      ? [
          `${throttle.perSecond} requests a second and ${throttle.burst} at once`,
        ]
      : []),
    ...(quota ? [`${quota.limit} a ${quota.period.toLowerCase()}`] : []),
  ];
  return `  ${paint("bold", "plan")}     ${name}: ${limits.join(", ")}`;
}

export function formatEventSource(
  { paint }: Terminal,
  notice: EventSourceNotice,
): string {
  const changes = plural(notice.records, "change");
  const { functionLogicalId, tableName } = notice;
  switch (notice.kind) {
    case "delivered":
      return `${paint("magenta", "stream")}  ${changes} of ${tableName} to ${functionLogicalId}`;
    case "failed":
      return paint(
        "red",
        `stream  ${functionLogicalId} failed on ${changes}, ${NEXT[notice.next](notice.pauseMs)}: ${stripVTControlCharacters(notice.reason)}`,
      );
    case "given_up":
      return paint(
        "red",
        `stream  ${changes} of ${tableName} given up (${notice.condition})${notice.queue === undefined ? "" : `; a message is in ${notice.queue}`}`,
      );
  }
}

const NEXT = {
  retry: (pauseMs: number) => `next try in ${pauseMs / 1000} s`,
  split: () => "next try with one half",
  give_up: () => "given up",
} as const;

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
