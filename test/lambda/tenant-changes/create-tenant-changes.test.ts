import { describe, expect, test } from "vitest";
import {
  type FlushReport,
  GATHERING_MS,
  IN_FLIGHT_MS,
  STAMP_RESOLUTION_MS,
  createTenantChanges,
} from "../../../lambda/tenant-changes/create-tenant-changes.ts";
import { TABLE_READ_BUDGET } from "../../../lambda/authorizer/adapters/dynamo-tenants.ts";

/** Whole seconds, as streams stamp. */
const START_MS = 1_800_000_000_000;
const TENANT_CACHE_SECONDS = 5;
/** From a change to the moment after which no authorizer remembers the record from before it. */
const SETTLING_MS = TENANT_CACHE_SECONDS * 1_000 + IN_FLIGHT_MS;
/** The same from its stamp, and the flush after it: a flush begins later than what it covers. */
const SETTLED_MS = STAMP_RESOLUTION_MS + SETTLING_MS + 1;
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
  eventName = "MODIFY",
) {
  return {
    eventName,
    dynamodb: {
      ...images,
      ApproximateCreationDateTime: Math.floor((START_MS + atMs) / 1_000),
    },
  };
}

function insertion(atMs = 0) {
  return change(atMs, { NewImage: ROW }, "INSERT");
}

function keyChange(atMs = 0) {
  const NewImage = { ...ROW, usageKey: { S: "tenantkey0123456789abcdef" } };
  return change(atMs, { OldImage: ROW, NewImage });
}

/** The function in a world of its own, where time passes only in sleeps and flushes. The flushes named fail. */
function createWorld(
  failing: readonly number[] = [],
  tableMayHaveReplicas = false,
) {
  let nowMs = START_MS;
  const flushedAtMs: number[] = [];
  const reports: FlushReport[] = [];
  let flushMs = FLUSH_MS;
  const handle = createTenantChanges(
    { tenantCacheSeconds: TENANT_CACHE_SECONDS, tableMayHaveReplicas },
    {
      flush: () => {
        flushedAtMs.push(nowMs - START_MS);
        nowMs += flushMs;
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
    makeFlushesTake: (milliseconds: number) => {
      flushMs = milliseconds;
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
    expect(world.flushedAtMs).toEqual([1_301, SETTLED_MS]);
  });

  test("waits no longer than its newest change needs", async () => {
    const world = createWorld();
    world.goTo(20_000);
    await world.deliver(change(0), change(17_000));
    expect(world.flushedAtMs).toEqual([20_001, 17_000 + SETTLED_MS]);
  });

  test("takes a change to be no younger than its arrival, although stamps are whole seconds", async () => {
    const world = createWorld();
    world.goTo(400);
    await world.deliver(change(300));
    expect(world.flushedAtMs).toEqual([401, 400 + SETTLING_MS + 1]);
  });

  test("of changes that settled long ago is flushed for once", async () => {
    const world = createWorld();
    world.goTo(60_000);
    await world.deliver(change(0), change(1_000));
    expect(world.flushedAtMs).toEqual([60_001]);
  });

  test("in any order is flushed for as in the order of time", async () => {
    const world = createWorld();
    world.goTo(3_000);
    await world.deliver(change(2_000), change(0), change(1_000));
    expect(world.flushedAtMs).toEqual([
      3_001,
      SETTLED_MS + GATHERING_MS,
      2_000 + SETTLED_MS,
    ]);
  });

  test.each<[string, unknown]>([
    ["an insertion", insertion()],
    ["a removal", change(0, { OldImage: ROW }, "REMOVE")],
    [
      "a change of routes",
      change(0, { OldImage: ROW, NewImage: { ...ROW, routes: {} } }),
    ],
    [
      "a record that tells keys alone",
      change(0, { Keys: { azp: { S: "client" } } }),
    ],
  ])("of %s is flushed for twice", async (_name, record) => {
    const world = createWorld();
    await world.deliver(record);
    expect(world.flushedAtMs).toEqual([1, SETTLING_MS + 1]);
  });

  test("of nothing but meta is not flushed for, and not reported", async () => {
    const world = createWorld();
    const NewImage = { ...ROW, meta: { M: { owner: { S: "ada" } } } };
    await world.deliver(change(0, { OldImage: ROW, NewImage }));
    expect(world.flushedAtMs).toEqual([]);
    expect(world.reports).toEqual([]);
    expect(world.elapsedMs()).toBe(0);
  });

  test("of a new usage key is flushed for once, when it has settled: it lets nobody in or out", async () => {
    const world = createWorld();
    await world.deliver(keyChange());
    expect(world.flushedAtMs).toEqual([SETTLING_MS + 1]);
    expect(world.reports).toMatchObject([{ changes: 1, flushes: 1 }]);
  });

  test("of a new usage key and a suspension is flushed for at once", async () => {
    const world = createWorld();
    await world.deliver(keyChange(), change());
    expect(world.flushedAtMs).toEqual([1, SETTLING_MS + 1]);
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
    expect(world.flushedAtMs).toEqual([1, SETTLING_MS + 1]);
  });

  test("with a stamp from the future is treated as of now", async () => {
    const world = createWorld();
    await world.deliver(change(3_600_000));
    expect(world.flushedAtMs).toEqual([1, SETTLING_MS + 1]);
    expect(world.reports).toMatchObject([
      { revocationLagSeconds: (SETTLING_MS + 1 + FLUSH_MS) / 1_000 },
    ]);
  });

  test("leaves an authorizer the time to answer after a read that takes its whole budget", () => {
    expect(IN_FLIGHT_MS).toBeGreaterThan(TABLE_READ_BUDGET.totalMs + 500);
  });
});

describe("changes that settle one after another", () => {
  const spread = [0, 1_000, 2_000, 5_000];

  test("are flushed for together where they are near each other, and no later than that", async () => {
    const world = createWorld();
    world.goTo(6_500);
    await world.deliver(...spread.map((atMs) => change(atMs)));
    expect(world.flushedAtMs).toEqual([
      6_501,
      SETTLED_MS + GATHERING_MS,
      2_000 + SETTLED_MS + GATHERING_MS,
      5_000 + SETTLED_MS,
    ]);
  });

  test("wait for the last of them when they are insertions, which let somebody in", async () => {
    const world = createWorld();
    world.goTo(6_500);
    await world.deliver(...spread.map(insertion));
    expect(world.flushedAtMs).toEqual([6_501, 5_000 + SETTLED_MS]);
  });

  test("wait for the last of them when they are new usage keys", async () => {
    const world = createWorld();
    world.goTo(6_500);
    await world.deliver(...spread.map(keyChange));
    expect(world.flushedAtMs).toEqual([5_000 + SETTLED_MS]);
  });

  test.each<[string, unknown]>([
    ["a suspension", change(2_000)],
    ["a removal", change(2_000, { OldImage: ROW }, "REMOVE")],
    ["a record of unknown kind", change(2_000, {}, "")],
  ])("do not keep %s among insertions waiting", async (_name, record) => {
    const world = createWorld();
    world.goTo(6_500);
    await world.deliver(insertion(0), record, insertion(5_000));
    expect(world.flushedAtMs).toEqual([
      6_501,
      2_000 + SETTLED_MS + GATHERING_MS,
      5_000 + SETTLED_MS,
    ]);
  });
});

describe("an earlier flush", () => {
  test("saves a later batch the flush that it has had already", async () => {
    const world = createWorld();
    await world.deliver(change(0));
    const before = [...world.flushedAtMs];
    await world.deliver(change(2_000));
    expect(world.flushedAtMs).toEqual([...before, 2_000 + SETTLED_MS]);
    expect(world.reports.at(-1)).toMatchObject({ flushes: 1 });
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
    world.goTo(60_000);
    world.makeFlushesTake(5_000);
    await world.deliver(change(0));
    world.makeFlushesTake(FLUSH_MS);
    await world.deliver(change(62_000));
    expect(world.flushedAtMs).toEqual([60_001, 65_002, 62_000 + SETTLED_MS]);
  });

  test("counts for nothing when the clock has been set back behind it", async () => {
    const world = createWorld();
    world.goTo(100_000);
    await world.deliver(change(60_000));
    world.goTo(30_000);
    await world.deliver(change(20_000));
    expect(world.flushedAtMs).toEqual([100_001, 30_001]);
  });
});

describe("a flush that fails", () => {
  test("rejects, so that the stream delivers the batch again, which flushes", async () => {
    const world = createWorld([1]);
    await expect(world.deliver(change(0))).rejects.toThrow("throttled");
    expect(world.reports).toEqual([]);

    const againAtMs = world.elapsedMs();
    await world.deliver(change(0));
    expect(world.flushedAtMs).toEqual([
      1,
      againAtMs + 1,
      againAtMs + SETTLING_MS + 1,
    ]);
    expect(world.reports).toMatchObject([{ flushes: 2 }]);
  });

  test("leaves the second alone to be made up for, when that is the one", async () => {
    const world = createWorld([2]);
    world.goTo(1_500);
    await expect(world.deliver(change(0))).rejects.toThrow("throttled");

    await world.deliver(change(0));
    expect(world.flushedAtMs).toEqual([
      1_501,
      SETTLED_MS,
      SETTLED_MS + FLUSH_MS + 1,
    ]);
    expect(world.reports).toMatchObject([{ flushes: 1 }]);
  });

  test("covers no other batch", async () => {
    const world = createWorld([1]);
    world.goTo(60_000);
    await expect(world.deliver(change(50_000))).rejects.toThrow("throttled");
    await world.deliver(change(1_000));
    expect(world.flushedAtMs).toEqual([60_001, 60_001 + FLUSH_MS + 1]);
  });
});

describe("the report", () => {
  test("counts from a change's stamp to the end of the flush after it had settled, and names the longest", async () => {
    const world = createWorld();
    const meta = { ...ROW, meta: { M: {} } };
    world.goTo(14_000);
    await world.deliver(
      change(13_000),
      change(0),
      change(12_000, { OldImage: ROW, NewImage: meta }),
    );
    expect(world.reports).toEqual([
      {
        changes: 2,
        ignored: 1,
        flushes: 2,
        // The old one was covered by the first flush, the new one by the second.
        revocationLagSeconds: (14_001 + FLUSH_MS) / 1_000,
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

/** Delivers as an event source mapping does: one batch at a time, a window after its first record. */
async function write(
  rows: readonly { readonly atMs: number; readonly record: unknown }[],
  windowMs: number,
) {
  const world = createWorld();
  let rest = rows.toSorted((a, b) => a.atMs - b.atMs);
  for (let [first] = rest; first !== undefined; [first] = rest) {
    world.goTo(Math.max(world.elapsedMs(), first.atMs) + windowMs);
    const arrived = rest.filter(({ atMs }) => atMs <= world.elapsedMs());
    await world.deliver(...arrived.map(({ record }) => record));
    rest = rest.slice(arrived.length);
  }
  return world;
}

describe("an import of 1,000 rows", () => {
  const importRows = (durationMs: number) =>
    Array.from({ length: 1_000 }, (_, index) => {
      const atMs = Math.floor((index / 1_000) * durationMs);
      return { atMs, record: insertion(atMs) };
    });

  test.each([
    ["a second", 1_000, 1_000, 3],
    ["five seconds", 5_000, 1_000, 4],
    ["twenty seconds", 20_000, 1_000, 8],
    ["twenty seconds, in batches without a window", 20_000, 100, 8],
    ["thirty seconds", 30_000, 1_000, 10],
  ])("in %s costs few flushes", async (_name, durationMs, windowMs, atMost) => {
    const world = await write(importRows(durationMs), windowMs);
    expect(world.flushedAtMs.length).toBeLessThanOrEqual(atMost);
    expect(world.flushedAtMs.at(-1)).toBeGreaterThan(
      durationMs - 1_000 + SETTLING_MS,
    );
  });

  test.each(Array.from({ length: 20 }, (_, index) => 500 + index * 430))(
    "does not keep a suspension waiting for ten seconds when it comes after %i ms",
    async (atMs) => {
      const suspension = { atMs, record: change(atMs) };
      const { flushedAtMs } = await write(
        [...importRows(10_000), suspension],
        1_000,
      );
      const settledAtMs = atMs + SETTLING_MS;
      const found = flushedAtMs.find((flushed) => flushed > settledAtMs);
      expect(found).toBeLessThan(atMs + 10_000);
    },
  );
});

describe("where the table may have replicas", () => {
  /** Written in another region, and stamped there for all that is known; it arrives a minute later. */
  const LATE_MS = 60_000;

  test("a change counts from its arrival, whatever its stamp: it is flushed for again when it has settled here", async () => {
    const world = createWorld([], true);
    world.goTo(LATE_MS);
    await world.deliver(change(0));
    expect(world.flushedAtMs).toEqual([LATE_MS + 1, LATE_MS + SETTLING_MS + 1]);
  });

  test("no earlier flush is taken for one of what arrives after it", async () => {
    const world = createWorld([], true);
    world.goTo(LATE_MS);
    await world.deliver(change(0));
    const before = world.flushedAtMs.length;
    const againAtMs = world.elapsedMs();
    await world.deliver(change(0));
    expect(world.flushedAtMs.slice(before)).toEqual([
      againAtMs + 1,
      againAtMs + SETTLING_MS + 1,
    ]);
  });

  test("what is told is still how old the change was by its stamp", async () => {
    const world = createWorld([], true);
    world.goTo(LATE_MS);
    await world.deliver(change(0));
    expect(world.reports).toMatchObject([
      {
        revocationLagSeconds: (LATE_MS + SETTLING_MS + 1 + FLUSH_MS) / 1_000,
      },
    ]);
  });
});

describe("two regions' functions, on the streams of two replicas", () => {
  test("each flush its own stage for one suspension, each when it has settled there", async () => {
    const home = createWorld([], true);
    const away = createWorld([], true);
    home.goTo(1_000);
    await home.deliver(change(0));
    // Replication took three seconds, and the record says nothing of it.
    away.goTo(4_000);
    await away.deliver(change(0));
    expect(home.flushedAtMs).toEqual([1_001, 1_000 + SETTLING_MS + 1]);
    expect(away.flushedAtMs).toEqual([4_001, 4_000 + SETTLING_MS + 1]);
  });
});
