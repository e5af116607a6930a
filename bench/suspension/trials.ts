import { setTimeout as sleep } from "node:timers/promises";
import type { LocalRun } from "../../local/local-run.ts";
import {
  setStatus,
  type DrillTenant,
  type TenantStatus,
} from "./drill-tenants.ts";
import { measureChange, type Change, type Measured } from "./judge.ts";
import type { Traffic } from "./traffic.ts";

export interface TrialsOptions {
  readonly run: LocalRun;
  readonly traffic: Traffic;
  /** One for each trial that may be under way at a time. */
  readonly tenants: readonly DrillTenant[];
  readonly trials: number;
  /** How long each change is watched. */
  readonly observationMs: number;
  readonly onChange: (change: MeasuredChange) => void;
}

export interface MeasuredChange extends Change, Measured {}

/** Each trial suspends a tenant and resumes it. They overlap at random, so that changes meet the stream in any state. */
export async function runTrials(
  options: TrialsOptions,
): Promise<readonly MeasuredChange[]> {
  const { run, traffic, observationMs } = options;
  const changes: MeasuredChange[] = [];
  let begun = 0;

  async function change(tenant: DrillTenant, to: TenantStatus): Promise<void> {
    const askedAtMs = performance.now();
    await setStatus(run, tenant, to);
    await sleep(askedAtMs + observationMs - performance.now());
    const asked = { tenantId: tenant.tenantId, to, askedAtMs };
    const untilMs = askedAtMs + observationMs;
    const measured = {
      ...asked,
      ...measureChange(asked, traffic.answers, untilMs),
    };
    changes.push(measured);
    options.onChange(measured);
  }

  await Promise.all(
    options.tenants.map(async (tenant) => {
      while (begun < options.trials) {
        begun += 1;
        await sleep(Math.random() * MAX_GAP_MS);
        await change(tenant, "suspended");
        await sleep(Math.random() * MAX_GAP_MS);
        await change(tenant, "active");
      }
    }),
  );
  return changes;
}

const MAX_GAP_MS = 3_000;
