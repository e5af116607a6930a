import { own } from "../../../lambda/core/json.ts";
import { type Answer, describeAnswer } from "../http/answer.ts";
import { BudgetError } from "../http/budget.ts";
import type { Question } from "../http/sender.ts";
import type { Suspension } from "../target/target.ts";
import { readToken } from "../tokens/token-parts.ts";
import { type Check, type CheckContext, judged, notRun } from "./check.ts";
import { openTenantRow, type TenantRow } from "./tenant-row.ts";

const POLL_MS = { local: 200, deployed: 1_000 } as const;

/** Takes the place of `openTenantRow` in a test. */
export type OpenRow = (suspension: Suspension, key: string) => TenantRow;

export function createSuspensionCheck(openRow: OpenRow = openTenantRow): Check {
  return {
    id: "suspension-lag",
    proves:
      "a suspension is seen within its bound, although answers are kept for longer",
    how: "with a token whose answer is kept: its tenant's row suspended by a plain write, and asked until refused; then put back",
    expected:
      "403 within the bound, other tenants let in meanwhile, and let in again afterwards",
    run: async (context) => {
      const { suspension } = context.target;
      if (suspension === undefined) {
        return notRun(
          "no tenant may be suspended: add the table to the file, and --suspend TENANT",
        );
      }
      const { tenant, tenantClaim } = suspension;
      const { claims } = readToken(
        await tenant.token(),
        `the token of ${tenant.name}`,
      );
      const key =
        own(claims, tenantClaim) ??
        (tenantClaim === "azp" ? own(claims, "client_id") : undefined);
      if (typeof key !== "string") {
        return notRun(`the token of ${tenant.name} has no ${tenantClaim}`);
      }
      const row = openRow(suspension, key);
      try {
        return (await row.isActive(tenant.name))
          ? await suspendAndWatch(context, suspension, row)
          : notRun(`the row of ${tenant.name}'s token is not an active one`);
      } finally {
        row.close();
      }
    },
  };
}

async function suspendAndWatch(
  context: CheckContext,
  { tenant, ...table }: Suspension,
  row: TenantRow,
): ReturnType<Check["run"]> {
  const { target, authorizations } = context;
  const bound = target.bounds.suspensionSeconds;
  const bystander = target.tenants.find((other) => other !== tenant);
  const [request] = tenant.own;
  const question = {
    ...request,
    authorization: await authorizations.usual(tenant),
  };
  const before = await until(context, question, isLetIn, bound);
  if (before.answer.kind !== "let_in") {
    return notRun(
      `${tenant.name} is not let in: ${describeAnswer(before.answer)}`,
    );
  }
  const findings: string[] = [];
  let refused;
  let beside;
  // From here on, until DynamoDB says that it was not: an answer that never comes may have been a write.
  let mayBeSuspended = true;
  try {
    mayBeSuspended = await row.setStatus("suspended");
    if (!mayBeSuspended) {
      return notRun(`somebody else has just changed the row of ${tenant.name}`);
    }
    refused = await until(context, question, isForbidden, bound);
    if (bystander !== undefined) {
      const [own] = bystander.own;
      beside = await context.ask({
        ...own,
        authorization: await authorizations.usual(bystander),
      });
    }
  } finally {
    // Whatever has happened, Ctrl-C included.
    if (mayBeSuspended) await restore(row, tenant.name, table, context);
  }
  const lag = refused.seconds.toFixed(1);
  if (!isForbidden(refused.answer)) {
    findings.push(
      `${describeAnswer(refused.answer)} still ${lag} s after the suspension (bound ${bound} s)`,
    );
  }
  if (beside !== undefined && beside.kind !== "let_in") {
    findings.push(`meanwhile another tenant: ${describeAnswer(beside)}`);
  }
  const again = await until(context, question, isLetIn, bound);
  if (again.answer.kind !== "let_in") {
    findings.push(
      `${describeAnswer(again.answer)} still ${again.seconds.toFixed(1)} s after the row was put back`,
    );
  }
  return judged(
    before.asked + refused.asked + again.asked + 1,
    findings,
    `${describeAnswer(refused.answer)} after ${lag} s, ${describeAnswer(again.answer)} ${again.seconds.toFixed(1)} s after the row was put back (bound ${bound} s)`,
  );
}

/** The row is put back, or everybody is told how to. */
async function restore(
  row: TenantRow,
  tenant: string,
  { tableName, cliOptions, tenantClaim }: Omit<Suspension, "tenant">,
  { warn }: CheckContext,
): Promise<void> {
  try {
    // False when nothing had been written, or when somebody has resumed the tenant meanwhile.
    await row.setStatus("active");
  } catch (error) {
    warn(
      [
        `${tenant} IS STILL SUSPENDED: its row could not be put back. Do it now, with the row's own key:`,
        `  aws dynamodb update-item --table-name ${tableName} ${cliOptions} --key '{"${tenantClaim}":{"S":"…"}}' \\`,
        `    --update-expression 'SET #s = :a' --expression-attribute-names '{"#s":"status"}' --expression-attribute-values '{":a":{"S":"active"}}'`,
      ].join("\n"),
    );
    throw error;
  }
}

const isLetIn = ({ kind }: Answer): boolean => kind === "let_in";
const isForbidden = ({ kind }: Answer): boolean => kind === "forbidden";

/** Asks until the answer is as wanted, or for the bound; seconds count from the call. */
async function until(
  { askOnce, budget, target }: CheckContext,
  question: Question,
  isWanted: (answer: Answer) => boolean,
  boundSeconds: number,
): Promise<{
  readonly answer: Answer;
  readonly seconds: number;
  readonly asked: number;
}> {
  const startedMs = performance.now();
  for (let asked = 1; ; asked += 1) {
    const answer = await askOnce(question);
    const seconds = (performance.now() - startedMs) / 1000;
    if (isWanted(answer) || seconds >= boundSeconds) {
      return { answer, seconds, asked };
    }
    if (answer.kind === "throttled") {
      throw new BudgetError(
        "throttled (429), by the stage's limits or the tenant's plan: take a lower --rate, or a tenant with a larger plan",
      );
    }
    await budget.pause(POLL_MS[target.kind]);
  }
}
