/** Runs every check against a target, one after the other, and makes the report. */
import { createRequire } from "node:module";
import type { Check, CheckContext, CheckOutcome } from "./checks/check.ts";
import { createChecks } from "./checks/checks.ts";
import type { ExpirySeen } from "./checks/expiry.ts";
import type { OpenRow } from "./checks/suspension.ts";
import { describeAnswer } from "./http/answer.ts";
import { BudgetError, createBudget } from "./http/budget.ts";
import { createSender } from "./http/sender.ts";
import { type Observation, observe } from "./observations.ts";
import type { CheckReport, Report } from "./report/report.ts";
import type { Target } from "./target/target.ts";
import { createAuthorizations } from "./tokens/authorization.ts";
import { VerifyError } from "./verify-error.ts";

export interface AttestOptions {
  readonly target: Target;
  readonly signal: AbortSignal;
  readonly isUnsafeAllowed: boolean;
  /** How to repeat the run. */
  readonly repeat: string;
  /** Told of each check as soon as it is through. */
  readonly onCheck?: (check: CheckReport) => void;
  readonly warn: (text: string) => void;
  readonly openRow?: OpenRow;
}

const { name, version } = createRequire(import.meta.url)(
  "../../package.json",
) as { readonly name: string; readonly version: string };

/** So that a team's log shows whose requests these are. */
export const USER_AGENT = `${name}-verify/${version}`;

/** @throws VerifyError when the stage gives no answer at all, so that there is nothing to report */
export async function attest(options: AttestOptions): Promise<Report> {
  const { target, signal, onCheck, warn } = options;
  const startedAt = new Date();
  const budget = createBudget(target.limits, signal);
  const sender = createSender({
    stageUrl: target.stageUrl,
    userAgent: USER_AGENT,
    budget,
    signal,
  });
  const context: CheckContext = {
    ...sender,
    target,
    authorizations: createAuthorizations(),
    budget,
    signal,
    isUnsafeAllowed: options.isUnsafeAllowed,
    warn,
  };
  await assertReachable(context);

  let expirySeen: ExpirySeen | undefined;
  let endedBy: string | undefined;
  const checks: CheckReport[] = [];
  const faults: string[] = [];
  for (const check of createChecks({
    onExpirySeen: (seen) => {
      expirySeen = seen;
    },
    ...(options.openRow && { openRow: options.openRow }),
  })) {
    let outcome: CheckOutcome;
    try {
      outcome =
        endedBy === undefined
          ? await check.run(context)
          : { verdict: "not run", why: `the run had ended, by ${endedBy}` };
    } catch (error) {
      endedBy = findEnd(error, signal);
      if (endedBy === undefined && !(error instanceof VerifyError)) throw error;
      // A service beside the stage failed, or a token was no good: that is this check's affair, not the others'.
      faults.push(`${check.id}: ${endedBy ?? (error as VerifyError).message}`);
      outcome = {
        verdict: "not run",
        why: endedBy ?? (error as VerifyError).message,
      };
    }
    const report = describe(check, outcome);
    checks.push(report);
    onCheck?.(report);
  }

  let observations: readonly Observation[] = [];
  if (endedBy === undefined) {
    try {
      observations = await observe(context, expirySeen);
    } catch (error) {
      endedBy = findEnd(error, signal);
      if (endedBy === undefined) throw error;
      faults.push(`observations: ${endedBy}`);
    }
  }
  const hasFindings = checks.some(({ verdict }) => verdict === "fail");
  return {
    tool: { name, version, node: process.version },
    target: {
      kind: target.kind,
      url: target.stageUrl.href,
      hosts: target.hosts,
      tenants: target.tenants.map((tenant) => ({
        name: tenant.name,
        requests: tenant.own.map(({ method, path }) => `${method} ${path}`),
      })),
    },
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    requests: budget.taken(),
    limits: target.limits,
    verdict: hasFindings
      ? "findings"
      : faults.length === 0
        ? "pass"
        : "incomplete",
    faults,
    checks,
    observations,
    repeat: options.repeat,
  };
}

async function assertReachable({
  askOnce,
  target,
}: CheckContext): Promise<void> {
  const answer = await askOnce({ method: "GET", path: "/" });
  if (answer.kind === "dropped") {
    throw new VerifyError(
      "stage_unreachable",
      `${target.stageUrl.host} gives ${describeAnswer(answer)}: is the URL right${target.kind === "local" ? ", and npm start still running" : ""}?`,
    );
  }
}

/** What ended the run as a whole, if this error did. */
function findEnd(error: unknown, signal: AbortSignal): string | undefined {
  if (signal.aborted) return "an interruption";
  return error instanceof BudgetError ? error.message : undefined;
}

function describe(
  { id, proves, how, expected }: Check,
  outcome: CheckOutcome,
): CheckReport {
  const about = { id, proves, how, expected };
  return outcome.verdict === "not run"
    ? {
        ...about,
        verdict: "not run",
        cases: 0,
        seen: outcome.why,
        findings: [],
      }
    : { ...about, ...outcome };
}
