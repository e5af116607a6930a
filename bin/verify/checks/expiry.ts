import { type Answer, describeAnswer } from "../http/answer.ts";
import { expiryOf, readToken } from "../tokens/token-parts.ts";
import { VerifyError } from "../verify-error.ts";
import {
  type Check,
  type CheckContext,
  type CheckOutcome,
  judged,
  notRun,
} from "./check.ts";

/** What a token that expires while its answer is kept met with; for the observations. */
export interface ExpirySeen {
  /** An answer from after the function's leeway: asked anew, it would say 401 by then. */
  readonly answer: Answer;
  /** Seconds from `exp` to that answer. */
  readonly afterSeconds: number;
}

const POLL_MS = { local: 250, deployed: 2_000 } as const;

/** @param onSeen told how the token was refused */
export function createExpiryCheck(onSeen: (seen: ExpirySeen) => void): Check {
  return {
    id: "expiry-while-kept",
    proves: "a token that expires while its answer is kept is refused in time",
    how: "a good token of short life, asked with twice, so that its answer is kept, and then until it is refused",
    expected: "let in before exp, refused within the bound after it",
    run: (context) => watchExpiry(context, onSeen),
  };
}

async function watchExpiry(
  { target, ask, budget }: CheckContext,
  onSeen: (seen: ExpirySeen) => void,
): Promise<CheckOutcome> {
  const { expiring, bounds } = target;
  if (expiring === undefined) {
    return notRun(
      "no token was given that expires soon: add tokens.expiring to the file",
    );
  }
  const token = await expiring.token();
  const exp = expiryOf(readToken(token, "the token that expires"));
  if (exp === undefined) {
    throw new VerifyError(
      "token_unreadable",
      "the token that expires has no exp",
    );
  }
  const secondsLate = (): number => Date.now() / 1000 - exp;
  if (secondsLate() >= 0) {
    return notRun("the token that expires has expired already");
  }
  if (budget.msLeft() / 1000 < bounds.expirySeconds - secondsLate()) {
    return notRun(
      `the token lives ${Math.ceil(-secondsLate())} s longer, and the time limit leaves no room for the bound of ${bounds.expirySeconds} s after it`,
    );
  }
  const [request] = expiring.tenant.own;
  const question = { ...request, authorization: `Bearer ${token}` };
  for (const asked of [1, 2]) {
    const answer = await ask(question);
    if (answer.kind !== "let_in" && secondsLate() < 0) {
      return judged(
        asked,
        [`before exp: ${describeAnswer(answer)}`],
        describeAnswer(answer),
      );
    }
  }
  await budget.pause(Math.max(0, -secondsLate() * 1000));
  for (let cases = 3; ; cases += 1) {
    const answer = await ask(question);
    const late = secondsLate();
    const seconds = late.toFixed(1);
    if (answer.kind === "forbidden" || answer.kind === "unauthenticated") {
      // Within its leeway the function's own answer is no other than a kept one.
      const anew = bounds.leewaySeconds + 1;
      await budget.pause(Math.max(0, anew - late) * 1000);
      const later = await ask(question);
      onSeen({ answer: later, afterSeconds: secondsLate() });
      const findings = [
        ...(late > bounds.expirySeconds
          ? [`refused only ${seconds} s after exp`]
          : []),
        ...(later.kind === "let_in"
          ? [`let in again ${secondsLate().toFixed(1)} s after exp`]
          : []),
      ];
      return judged(
        cases + 1,
        findings,
        `${describeAnswer(answer)}, ${seconds} s after exp (bound ${bounds.expirySeconds} s)`,
      );
    }
    if (late > bounds.expirySeconds) {
      return judged(
        cases,
        [`${describeAnswer(answer)} ${seconds} s after exp`],
        `not refused within ${bounds.expirySeconds} s`,
      );
    }
    await budget.pause(POLL_MS[target.kind]);
  }
}
