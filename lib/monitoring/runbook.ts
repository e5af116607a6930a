/** The sections of docs/runbook.md: each alarm ends with the one that says what to do. */
export const RUNBOOK_SECTIONS = [
  "could-not-tell",
  "no-decision",
  "unknown-tenants",
  "broken-records",
  "stale-keys",
  "stale-records",
  "slow-decisions",
  "throttled",
  "server-errors",
  "cache-misses",
  "changes-given-up",
  "flush-failing",
  "late-revocations",
  "keys-failing",
  "key-limit",
] as const;

export type RunbookSection = (typeof RUNBOOK_SECTIONS)[number];

/** An alarm's description: what it means, and where it says what to do. */
export function describeAlarm(what: string, section: RunbookSection): string {
  return `${what} Runbook: docs/runbook.md#${section}`;
}
