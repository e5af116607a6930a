import { ownProperty } from "../../local/json.ts";
import type { DrillTenant } from "./drill-tenants.ts";

/** What one request came to; times in milliseconds of `performance.now()`. */
export interface Answer {
  readonly tenantId: string;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
  /** 0 when there was none. */
  readonly status: number;
  readonly reason: string | undefined;
}

export interface Traffic {
  /** In the order of answering. */
  readonly answers: readonly Answer[];
  /** Resolves when what is under way has been answered. */
  readonly stop: () => Promise<void>;
}

/** Requests at an even pace, one tenant after the other, whether or not earlier ones have been answered. */
export function startTraffic(
  gateway: string,
  tenants: readonly DrillTenant[],
  perSecond: number,
): Traffic {
  const answers: Answer[] = [];
  const underWay = new Set<Promise<void>>();
  const startedAtMs = performance.now();
  let sent = 0;

  async function send(tenant: DrillTenant): Promise<void> {
    const sentAtMs = performance.now();
    const { status, reason } = await ask(gateway, tenant);
    answers.push({
      tenantId: tenant.tenantId,
      sentAtMs,
      answeredAtMs: performance.now(),
      status,
      reason,
    });
  }

  // Timers come late: each makes up for what is due.
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAtMs) / 1000) * perSecond;
    for (; sent < due; sent += 1) {
      const tenant = tenants[sent % tenants.length];
      if (tenant === undefined) return;
      const request = send(tenant).finally(() => underWay.delete(request));
      underWay.add(request);
    }
  }, 1000 / perSecond);

  return {
    answers,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
    },
  };
}

async function ask(
  gateway: string,
  { path, token }: DrillTenant,
): Promise<Pick<Answer, "status" | "reason">> {
  try {
    const response = await fetch(`${gateway}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const error = ownProperty(await response.json(), "error");
    return {
      status: response.status,
      reason: typeof error === "string" ? error : undefined,
    };
  } catch (error) {
    return { status: 0, reason: String(error) };
  }
}
