import { formatTime } from "../records/format-row.ts";
import { flaw } from "./finding.ts";
import type { RecordRule } from "./survey.ts";

/** 2014: Auth0 had hardly begun. What is smaller was meant as something else. */
const EARLIEST_SECONDS = 1_400_000_000;
/** `log-out` rounds up, and clocks differ. */
const FUTURE_TOLERANCE_SECONDS = 60;

export const findTimeFlaws: RecordRule = ({ tenant }, { now }) => {
  const { tokensValidAfter, expiresAt } = tenant;
  const times = Object.entries({ tokensValidAfter, expiresAt });
  const implausible = times.filter(
    ([, seconds]) => seconds !== undefined && seconds < EARLIEST_SECONDS,
  );
  if (implausible.length > 0) {
    return implausible.map(([attribute, seconds = 0]) =>
      flaw(
        "time_implausible",
        attribute,
        `is ${formatTime(seconds)}: epoch seconds were meant`,
      ),
    );
  }
  return [
    ...(tokensValidAfter !== undefined &&
    tokensValidAfter > now + FUTURE_TOLERANCE_SECONDS
      ? [
          flaw(
            "tokens_valid_after_in_future",
            "tokensValidAfter",
            `refuses every token until ${formatTime(tokensValidAfter)}`,
          ),
        ]
      : []),
    ...(expiresAt !== undefined && expiresAt <= now
      ? [
          flaw(
            "expired",
            "expiresAt",
            `passed at ${formatTime(expiresAt)}: its tenant gets tenant_expired`,
          ),
        ]
      : []),
  ];
};
