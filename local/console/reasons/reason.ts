import type { StepName } from "../api.ts";

export interface Reason {
  /** What the client is answered with. */
  readonly status: 401 | 403 | 503;
  /** Where on its way a request ends for it. */
  readonly step: StepName;
  /** As the README's table of reasons has it. */
  readonly meaning: string;
  /** What to look at, or what to do. */
  readonly advice: string;
}

export type Reasons = Readonly<Record<string, Reason>>;

/** Code → meaning and advice, for reasons that have the rest in common. */
export function reasonsAt(
  status: Reason["status"],
  step: StepName,
  texts: Readonly<Record<string, readonly [meaning: string, advice: string]>>,
): Reasons {
  return Object.fromEntries(
    Object.entries(texts).map(([code, [meaning, advice]]) => [
      code,
      { status, step, meaning, advice },
    ]),
  );
}
