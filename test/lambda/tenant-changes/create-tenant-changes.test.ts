import { describe, expect, test } from "vitest";
import {
  type FlushReport,
  IN_FLIGHT_MS,
  STAMP_RESOLUTION_MS,
  createTenantChanges,
} from "../../../lambda/tenant-changes/create-tenant-changes.ts";

/** Whole seconds, as streams stamp. */
const START_MS = 1_800_000_000_000;
const TENANT_CACHE_SECONDS = 5;
/** From a change to the flush after which no authorizer remembers the record from before it. */
const SETTLED_MS = TENANT_CACHE_SECONDS * 1_000 + IN_FLIGHT_MS;
const FLUSH_MS = 40;

const ROW = {
  azp: { S: "client" },
  tenantId: { S: "acme" },
  status: { S: "active" },
};
const SUSPENDED = { ...ROW, status: { S: "suspended" } };

/** A stream record of a row that is suspended, `atMs` after the start. */
function change(
  atMs = 0,
  images: Readonly<Record<string, unknown>> = {
    OldImage: ROW,
    NewImage: SUSPENDED,
  },
) {
  return {
    eventName: "MODIFY",
    dynamodb: {
      ...images,
      ApproximateCreationDateTime: Math.floor((START_MS + atMs) / 1_000),
    },
  };
}

/** The function in a world of its own, where time passes only in sleeps and flushes. The flushes named fail. */
function createWorld(...failing: readonly number[]) {
  let nowMs = START_MS;
  const flushedAtMs: number[] = [];
  const reports: FlushReport[] = [];
  const handle = createTenantChanges(
    { tenantCacheSeconds: TENANT_CACHE_SECONDS },
    {
      flush: () => {
        flushedAtMs.push(nowMs - START_MS);
        nowMs += FLUSH_MS;
        return failing.includes(flushedAtMs.length)
          ? Promise.reject(new Error("throttled"))
          : Promise.resolve();
      },
      sleep: (milliseconds) => {
        nowMs += milliseconds;
        return Promise.resolve();
      },
      now: () => nowMs,
      report: (report) => {
        reports.push(report);
      },
    },
  );
  return {
    /** When flushes began, those that failed too, in milliseconds after the start. */
    flushedAtMs,
    reports,
    elapsedMs: () => nowMs - START_MS,
    goTo: (atMs: number) => {
      nowMs = START_MS + atMs;
    },
    deliver: (...records: readonly unknown[]) => handle({ Records: records }),
    handle,
  };
}

describe("a batch", () => {
  test("is flushed for at once, and again when no authorizer can remember the old record", async () => {
    const world = createWorld();
    world.goTo(1_300);
    await world.deliver(change(0));
    expect(world.flushedAtMs).toEqual([
      1_300,
      STAMP_RESOLUTION_MS + SETTLED_MS,
    ]);
  });

  test("waits no longer than its newest change needs", async () => {
    const world = createWorld();
    world.goTo(20_000);
    await world.deliver(change(0), change(17_000));
    expect(world.flushedAtMs).toEqual([
      20_000,
      17_000 + STAMP_RESOLUTION_MS + SETTLED_MS,
    ]);
  });

  test("takes a change to be no younger than its arrival, although stamps are whole seconds", async () => {
    const world = createWorld();
    world.goTo(400);
    await world.deliver(change(300));
    expect(world.flushedAtMs).toEqual([400, 400 + SETTLED_MS]);
  });

  test("of changes long past is flushed for once", async () => {
    const world = createWorld();
    world.goTo(60_000);
    await world.deliver(change(0), change(1_000));
    expect(world.flushedAtMs).toEqual([60_000]);
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["an insertion", { NewImage: ROW }],
    ["a removal", { OldImage: ROW }],
    ["a change of routes", { OldImage: ROW, NewImage: { ...ROW, routes: {} } }],
    ["a record that tells keys alone", { Keys: { azp: { S: "client" } } }],
  ])("of %s is flushed for", async (_name, images) => {
    const world = createWorld();
    await world.deliver(change(0, images));
    expect(world.flushedAtMs).toHaveLength(2);
  });

  test("of nothing but meta is not flushed for, and not reported", async () => {
    const world = createWorld();
    const NewImage = { ...ROW, meta: { M: { owner: { S: "ada" } } } };
    await world.deliver(change(0, { OldImage: ROW, NewImage }));
    expect(world.flushedAtMs).toEqual([]);
    expect(world.reports).toEqual([]);
    expect(world.elapsedMs()).toBe(0);
  });

  test("of no records is not flushed for", async () => {
    const world = createWorld();
    await world.deliver();
    expect(world.flushedAtMs).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["text", "event"],
    ["an event of something else", { type: "TOKEN" }],
    ["records that are no list", { Records: { 0: change() } }],
    ["a record that is null", { Records: [null] }],
    ["a record without a change", { Records: [{ eventName: "MODIFY" }] }],
    ["a change that is a list", { Records: [{ dynamodb: [] }] }],
    [
      "a stamp that is no number",
      { Records: [{ dynamodb: { ApproximateCreationDateTime: "soon" } }] },
    ],
    [
      "a stamp that is not a date",
      { Records: [{ dynamodb: { ApproximateCreationDateTime: Infinity } }] },
    ],
  ])("that is %s is flushed for and done with", async (_name, event) => {
    const world = createWorld();
    await world.handle(event);
    expect(world.flushedAtMs).toEqual([0, SETTLED_MS]);
  });

  test("with a stamp from the future is treated as of now", async () => {
    const world = createWorld();
    await world.deliver(change(3_600_000));
    expect(world.flushedAtMs).toEqual([0, SETTLED_MS]);
    expect(world.reports).toMatchObject([
      { revocationLagSeconds: (SETTLED_MS + FLUSH_MS) / 1_000 },
    ]);
  });
});

describe("an earlier flush", () => {
  test("saves a later batch the flush that it has had already", async () => {
    const world = createWorld();
    await world.deliver(change(0));
    const [, settledAtMs = 0] = world.flushedAtMs;
    await world.deliver(change(2_000));
    expect(world.flushedAtMs).toEqual([
      0,
      settledAtMs,
      2_000 + STAMP_RESOLUTION_MS + SETTLED_MS,
    ]);
  });

  test("saves a late batch both", async () => {
    const world = createWorld();
    world.goTo(30_000);
    await world.deliver(change(29_000));
    const before = [...world.flushedAtMs];
    await world.deliver(change(5_000));
    expect(world.flushedAtMs).toEqual(before);
    expect(world.reports.at(-1)).toMatchObject({ changes: 1, flushes: 0 });
  });

  test("saves nothing that changed while it ran", async () => {
    const world = createWorld();
    await world.deliver(change(0));
    const [, settledAtMs = 0] = world.flushedAtMs;
    const beganAtMs = world.elapsedMs();
    await world.deliver(change(settledAtMs));
    expect(world.flushedAtMs.slice(2)).toEqual([
      beganAtMs,
      beganAtMs + SETTLED_MS,
    ]);
  });

  test("counts for nothing when the clock has been set back behind it", async () => {
    const world = createWorld();
    world.goTo(100_000);
    await world.deliver(change(60_000));
    world.goTo(30_000);
    await world.deliver(change(20_000));
    expect(world.flushedAtMs).toEqual([100_000, 30_000]);
  });
});

describe("a flush that fails", () => {
  test("rejects, so that the stream delivers the batch again, which flushes", async () => {
    const world = createWorld(1);
    await expect(world.deliver(change(0))).rejects.toThrow("throttled");
    expect(world.reports).toEqual([]);

    await world.deliver(change(0));
    expect(world.flushedAtMs).toEqual([0, FLUSH_MS, FLUSH_MS + SETTLED_MS]);
    expect(world.reports).toMatchObject([{ flushes: 2 }]);
  });

  test("leaves the second alone to be made up for, when that is the one", async () => {
    const world = createWorld(2);
    world.goTo(1_500);
    await expect(world.deliver(change(0))).rejects.toThrow("throttled");

    await world.deliver(change(0));
    const settledAtMs = STAMP_RESOLUTION_MS + SETTLED_MS;
    expect(world.flushedAtMs).toEqual([
      1_500,
      settledAtMs,
      settledAtMs + FLUSH_MS,
    ]);
    expect(world.reports).toMatchObject([{ flushes: 1 }]);
  });

  test("covers no other batch", async () => {
    const world = createWorld(1);
    world.goTo(60_000);
    await expect(world.deliver(change(50_000))).rejects.toThrow("throttled");
    await world.deliver(change(1_000));
    expect(world.flushedAtMs).toEqual([60_000, 60_000 + FLUSH_MS]);
  });
});

describe("the report", () => {
  test("counts from the oldest change to the end of the last flush", async () => {
    const world = createWorld();
    const meta = { ...ROW, meta: { M: {} } };
    world.goTo(4_000);
    await world.deliver(
      change(2_000),
      change(1_000),
      change(3_000, { OldImage: ROW, NewImage: meta }),
    );
    expect(world.reports).toEqual([
      {
        changes: 2,
        ignored: 1,
        flushes: 2,
        revocationLagSeconds:
          (2_000 + STAMP_RESOLUTION_MS + SETTLED_MS + FLUSH_MS - 1_000) / 1_000,
      },
    ]);
  });

  test("of a batch that earlier flushes cover counts to the last of those", async () => {
    const world = createWorld();
    world.goTo(30_000);
    await world.deliver(change(29_000));
    const endedAtMs = world.elapsedMs();
    world.goTo(50_000);
    await world.deliver(change(5_000));
    expect(world.reports.at(-1)).toEqual({
      changes: 1,
      ignored: 0,
      flushes: 0,
      revocationLagSeconds: (endedAtMs - 5_000) / 1_000,
    });
  });
});

describe("an import of 1,000 rows", () => {
  /** Delivers as an event source mapping does: one batch at a time, after a window or 1,000 records. */
  async function importRows(durationMs: number, windowMs: number) {
    const world = createWorld();
    const writtenAtMs = Array.from({ length: 1_000 }, (_, index) =>
      Math.floor((index / 1_000) * durationMs),
    );
    let delivered = 0;
    while (delivered < writtenAtMs.length) {
      const [firstAtMs = 0] = writtenAtMs.slice(delivered);
      world.goTo(Math.max(world.elapsedMs(), firstAtMs) + windowMs);
      const batch = writtenAtMs
        .slice(delivered)
        .filter((atMs) => atMs <= world.elapsedMs());
      await world.deliver(
        ...batch.map((atMs) => change(atMs, { NewImage: ROW })),
      );
      delivered += batch.length;
    }
    return world;
  }

  test.each([
    ["a second", 1_000, 1_000, 2],
    ["five seconds", 5_000, 1_000, 4],
    ["twenty seconds", 20_000, 1_000, 8],
    ["twenty seconds, with batches as fast as they are taken", 20_000, 200, 8],
  ])(
    "in %s is covered by few flushes",
    async (_name, durationMs, windowMs, atMost) => {
      const world = await importRows(durationMs, windowMs);
      expect(world.flushedAtMs.length).toBeLessThanOrEqual(atMost);
      expect(world.flushedAtMs.at(-1)).toBeGreaterThan(
        durationMs - durationMs / 1_000 + SETTLED_MS,
      );
      for (const { revocationLagSeconds } of world.reports) {
        // One wait for the batch before, one for its own, and a window.
        expect(revocationLagSeconds).toBeLessThan(2 * (SETTLED_MS / 1_000) + 3);
      }
    },
  );
});
