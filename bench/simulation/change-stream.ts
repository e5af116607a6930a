/** The table's stream and the product's own change handler, in simulated time: one batch at a time, as one shard has it. */
import { createTenantChanges } from "../../lambda/tenant-changes/create-tenant-changes.ts";
import { ASSUMPTIONS } from "./assumptions.ts";
import type { EventQueue } from "./event-queue.ts";
import { buildItem } from "./population.ts";
import { SETTINGS } from "./settings.ts";

export interface ChangeStream {
  /** Takes down that a tenant is suspended at this moment. */
  readonly suspend: (tenant: number) => void;
}

export function createChangeStream(
  queue: EventQueue,
  /** The simulated time. */
  now: () => number,
  on: {
    readonly onFlush: () => void;
    /** The handler has been woken and goes on in promises: let them run before the time moves. */
    readonly onWake: () => void;
  },
): ChangeStream {
  const pending: unknown[] = [];
  let isUnderWay = false;

  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      queue.push(now() + milliseconds, () => {
        resolve();
        on.onWake();
      });
    });
  const handle = createTenantChanges(
    {
      tenantCacheSeconds: SETTINGS.tenantCacheSeconds,
      tableMayHaveReplicas: false,
    },
    {
      now,
      sleep,
      flush: async () => {
        await sleep(ASSUMPTIONS.flushMs);
        on.onFlush();
      },
      report: () => undefined,
    },
  );

  async function deliver(): Promise<void> {
    isUnderWay = true;
    while (pending.length > 0) {
      await sleep(ASSUMPTIONS.streamMs);
      await handle({ Records: pending.splice(0) });
    }
    isUnderWay = false;
  }

  return {
    suspend(tenant) {
      pending.push({
        eventName: "MODIFY",
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(now() / 1_000),
          OldImage: buildItem(tenant, false),
          NewImage: buildItem(tenant, true),
        },
      });
      if (!isUnderWay) void deliver();
    },
  };
}
