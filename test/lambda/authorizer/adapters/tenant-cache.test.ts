import { beforeEach, describe, expect, test } from "vitest";
import {
  type ReadItem,
  type TenantCacheOptions,
  createTenantCache,
} from "../../../../lambda/authorizer/adapters/tenant-cache.ts";
import type { FindTenant } from "../../../../lambda/core/authorize.ts";
import {
  type ManualClock,
  type ScriptedPort,
  deferred,
  manualClock,
  scriptedPort,
} from "../../../support/fakes.ts";
import { RECORD_RULES, tenantItem } from "../../../support/records.ts";
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  type Overrides,
} from "../../../support/tokens.ts";

const OTHER_ISSUER = "https://login.acme.com/";
const OPTIONS: TenantCacheOptions = {
  ...RECORD_RULES,
  cacheSeconds: 5,
  staleSeconds: 300,
  maxEntries: 100,
};

const item = (overrides: Overrides = {}): ReadItem => ({
  kind: "item",
  item: tenantItem(overrides),
});
const ABSENT: ReadItem = { kind: "absent" };
const OUTAGE: ReadItem = { kind: "unavailable", isTransient: true };
const REFUSAL: ReadItem = { kind: "unavailable", isTransient: false };
const SUSPENDED = { status: { S: "suspended" } };
const TABLE_UNAVAILABLE = { code: "table_unavailable" };

let clock: ManualClock;
let reads: ScriptedPort<readonly [string], ReadItem>;

beforeEach(() => {
  clock = manualClock();
});

/** A cache before a table that gives these answers, the last from then on. */
function cacheOf(
  answers: readonly (ReadItem | Error | Promise<ReadItem>)[],
  options: Partial<TenantCacheOptions> = {},
): FindTenant {
  reads = scriptedPort<readonly [string], ReadItem>(...answers);
  return createTenantCache(
    { ...OPTIONS, ...options },
    { readTenantItem: reads.port, now: clock.now },
  );
}

describe("a record", () => {
  test("is read once and served until it is as old as the cache allows", async () => {
    const find = cacheOf([item()]);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
      recordAgeSeconds: 0,
    });
    clock.advance(4.9);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
      recordAgeSeconds: 4.9,
    });
    expect(reads.calls).toEqual([[CLIENT_ID]]);
  });

  test("is read anew at that age, and what it says then counts", async () => {
    const find = cacheOf([item(), item(SUSPENDED)]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { status: "suspended" },
      recordAgeSeconds: 0,
    });
    expect(reads.calls).toHaveLength(2);
  });

  test("is the same object while it is cached, so that its policy is compiled once", async () => {
    const find = cacheOf([item()]);
    const first = await find(CLIENT_ID, ISSUER);
    expect((await find(CLIENT_ID, ISSUER)).tenant).toBe(first.tenant);
  });

  test("is read every time when nothing may be cached", async () => {
    const find = cacheOf([item(), item(SUSPENDED)], { cacheSeconds: 0 });
    await find(CLIENT_ID, ISSUER);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { status: "suspended" },
    });
  });

  test("that is absent is cached as absent, and found when it has come", async () => {
    const find = cacheOf([ABSENT, item()]);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: undefined,
      recordAgeSeconds: 0,
    });
    clock.advance(4.9);
    expect((await find(CLIENT_ID, ISSUER)).tenant).toBeUndefined();
    expect(reads.calls).toHaveLength(1);
    clock.advance(0.1);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
    });
  });

  test("counts its age from before the read", async () => {
    const answer = deferred<ReadItem>();
    const find = cacheOf([answer.promise, item(SUSPENDED)]);
    const finding = find(CLIENT_ID, ISSUER);
    clock.advance(0.9);
    answer.resolve(item());
    expect(await finding).toMatchObject({ recordAgeSeconds: 0.9 });
    clock.advance(4.1);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { status: "suspended" },
    });
  });

  test("is never shared by two issuers", async () => {
    const find = cacheOf([item(), item(SUSPENDED)]);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { status: "active" },
    });
    expect(await find(CLIENT_ID, OTHER_ISSUER)).toMatchObject({
      tenant: { status: "suspended" },
    });
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { status: "active" },
    });
    expect(reads.calls).toHaveLength(2);
  });

  test("is never served for another key", async () => {
    const find = cacheOf([
      item(),
      item({ azp: { S: "other" }, tenantId: { S: "globex" } }),
    ]);
    await find(CLIENT_ID, ISSUER);
    expect(await find("other", ISSUER)).toMatchObject({
      tenant: { tenantId: "globex" },
    });
  });
});

describe("a broken record", () => {
  test("is could not tell, with the attributes at fault, each once, ten at most", async () => {
    const routes = { SS: ["x", "y"] };
    const find = cacheOf([item({ routes, status: { S: "on" } })]);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject({
      code: "record_broken",
      attributes: ["status", "routes"],
    });
    const many = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`x${index}`, { S: "x" }]),
    );
    const findMany = cacheOf([item(many)]);
    await expect(findMany(CLIENT_ID, ISSUER)).rejects.toHaveProperty(
      "attributes.length",
      10,
    );
  });

  test("that another key's item is, too", async () => {
    const find = cacheOf([item()]);
    await expect(find("another-client", ISSUER)).rejects.toMatchObject({
      code: "record_broken",
      attributes: ["azp"],
    });
  });

  test("is not cached: when it is mended it counts at once", async () => {
    const find = cacheOf([item({ status: { S: "on" } }), item()]);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject({
      code: "record_broken",
    });
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
    });
  });

  test("is never made good by the last good one", async () => {
    const find = cacheOf([item(), item({ status: { S: "on" } })]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject({
      code: "record_broken",
    });
  });

  test("is not forgotten in an outage: a suspension with a typo in it never comes back as active", async () => {
    const find = cacheOf([
      item(),
      item({ status: { S: "Suspended" } }),
      OUTAGE,
    ]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject({
      code: "record_broken",
    });
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });
});

describe("in an outage", () => {
  test("the last good record serves until it is stale", async () => {
    const find = cacheOf([item(), OUTAGE]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(299.9);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
      recordAgeSeconds: 299.9,
    });
    clock.advance(0.1);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });

  test("serving it does not make it younger", async () => {
    const find = cacheOf([item(), OUTAGE]);
    await find(CLIENT_ID, ISSUER);
    for (let minute = 0; minute < 4; minute += 1) {
      clock.advance(60);
      await find(CLIENT_ID, ISSUER);
    }
    clock.advance(60);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });

  test("the table is asked every time, and its return counts at once", async () => {
    const find = cacheOf([item(), OUTAGE, item(SUSPENDED)]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    await find(CLIENT_ID, ISSUER);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { status: "suspended" },
    });
  });

  test.each([
    { name: "nobody has ever seen", answers: [] },
    { name: "was last seen suspended", answers: [item(SUSPENDED)] },
    { name: "was last seen absent", answers: [ABSENT] },
    {
      name: "was last seen expired",
      answers: [item({ expiresAt: { N: String(NOW) } })],
    },
    {
      name: "has expired since it was seen",
      answers: [item({ expiresAt: { N: String(NOW + 5) } })],
    },
    {
      name: "was active before it was suspended",
      answers: [item(), item(SUSPENDED)],
    },
    { name: "was active before it was gone", answers: [item(), ABSENT] },
  ])("a record that $name does not serve", async ({ answers }) => {
    const find = cacheOf([...answers, OUTAGE]);
    while (reads.calls.length < answers.length) {
      await find(CLIENT_ID, ISSUER);
      clock.advance(5);
    }
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });

  test("a record that expires later serves until then", async () => {
    const find = cacheOf([
      item({ expiresAt: { N: String(NOW + 10) } }),
      OUTAGE,
    ]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(9.9);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
    });
  });

  test("nothing serves when nothing may be stale", async () => {
    const find = cacheOf([item(), OUTAGE], { staleSeconds: 0 });
    await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });

  test("nothing serves when the outage is somebody's decision", async () => {
    const find = cacheOf([item(), REFUSAL]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });

  test("a record seen under one issuer does not serve under another", async () => {
    const find = cacheOf([item(), OUTAGE]);
    await find(CLIENT_ID, ISSUER);
    await expect(find(CLIENT_ID, OTHER_ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });

  test("a failure is not cached", async () => {
    const find = cacheOf([OUTAGE, item()]);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
    });
  });
});

describe("a read", () => {
  test("is shared by all who ask for the same at the same time", async () => {
    const answer = deferred<ReadItem>();
    const find = cacheOf([answer.promise]);
    const finding = Promise.all([
      find(CLIENT_ID, ISSUER),
      find(CLIENT_ID, ISSUER),
    ]);
    answer.resolve(item());
    const [one, two] = await finding;
    expect(one.tenant).toBe(two.tenant);
    expect(reads.calls).toHaveLength(1);
  });

  test("that throws is thrown to all who share it, and not to later ones", async () => {
    const answer = deferred<ReadItem>();
    const find = cacheOf([answer.promise, item()]);
    const finding = Promise.allSettled([
      find(CLIENT_ID, ISSUER),
      find(CLIENT_ID, ISSUER),
    ]);
    answer.reject(new Error("a fault of ours"));
    expect((await finding).map(({ status }) => status)).toEqual([
      "rejected",
      "rejected",
    ]);
    expect(await find(CLIENT_ID, ISSUER)).toMatchObject({
      tenant: { tenantId: "acme" },
    });
  });
});

describe("the cache", () => {
  const key = (index: number): string => `client-${index}`;
  const table = (): { find: FindTenant; keys: string[] } => {
    const keys: string[] = [];
    const find = createTenantCache(
      { ...OPTIONS, maxEntries: 3 },
      {
        readTenantItem: (azp) => {
          keys.push(azp);
          return Promise.resolve(item({ azp: { S: azp } }));
        },
        now: clock.now,
      },
    );
    return { find, keys };
  };

  test("keeps so many records and no more: the one used least recently goes", async () => {
    const { find, keys } = table();
    for (const index of [1, 2, 3, 1, 4, 1, 3, 4, 2])
      await find(key(index), ISSUER);
    expect(keys).toEqual([1, 2, 3, 4, 2].map(key));
  });

  test("keeps absent ones within the same bound", async () => {
    const find = cacheOf([ABSENT], { maxEntries: 3 });
    for (let index = 0; index < 10; index += 1) await find(key(index), ISSUER);
    await find(key(9), ISSUER);
    expect(reads.calls).toHaveLength(10);
    await find(key(0), ISSUER);
    expect(reads.calls).toHaveLength(11);
  });

  test("does not serve in an outage what it has had to let go", async () => {
    const find = cacheOf([item(), ABSENT, ABSENT, ABSENT, OUTAGE], {
      maxEntries: 3,
    });
    for (const azp of [CLIENT_ID, key(1), key(2), key(3)])
      await find(azp, ISSUER);
    await expect(find(CLIENT_ID, ISSUER)).rejects.toMatchObject(
      TABLE_UNAVAILABLE,
    );
  });
});

describe("a record that was found, looked at again", () => {
  test("stands, with its age now, until it has to be read anew", async () => {
    const find = cacheOf([item()]);
    const { recheck } = await find(CLIENT_ID, ISSUER);
    clock.advance(4.9);
    expect(recheck?.()).toBe(4.9);
    clock.advance(0.1);
    expect(recheck?.()).toBeUndefined();
    expect(reads.calls).toHaveLength(1);
  });

  test("stands no more once it was read again, be it the same", async () => {
    const find = cacheOf([item(), item()]);
    const { recheck } = await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    const newer = await find(CLIENT_ID, ISSUER);
    expect(recheck?.()).toBeUndefined();
    expect(newer.recheck?.()).toBe(0);
  });

  test("stands never with a cache of no time", async () => {
    const find = cacheOf([item()], { cacheSeconds: 0 });
    const { recheck } = await find(CLIENT_ID, ISSUER);
    expect(recheck?.()).toBeUndefined();
  });

  test("does not stand while it serves in an outage", async () => {
    const find = cacheOf([item(), OUTAGE]);
    await find(CLIENT_ID, ISSUER);
    clock.advance(5);
    const stale = await find(CLIENT_ID, ISSUER);
    expect(stale.recordAgeSeconds).toBe(5);
    expect(stale.recheck?.()).toBeUndefined();
  });

  test("stands no more once it has made room", async () => {
    const find = cacheOf([item()], { maxEntries: 1 });
    const { recheck } = await find(CLIENT_ID, ISSUER);
    await find(CLIENT_ID, OTHER_ISSUER);
    expect(recheck?.()).toBeUndefined();
  });

  test("has been used: another makes room before it", async () => {
    const find = cacheOf([item()], { maxEntries: 2 });
    const first = await find(CLIENT_ID, ISSUER);
    const second = await find(CLIENT_ID, OTHER_ISSUER);
    first.recheck?.();
    await find(CLIENT_ID, "https://third.example/");
    expect(first.recheck?.()).toBe(0);
    expect(second.recheck?.()).toBeUndefined();
  });
});

describe("a read that fails is told", () => {
  async function faultsOf(
    ...answers: readonly ReadItem[]
  ): Promise<readonly number[]> {
    const { port } = scriptedPort<readonly [string], ReadItem>(...answers);
    let faults = 0;
    const find = createTenantCache(OPTIONS, {
      readTenantItem: port,
      now: clock.now,
      onReadFault: () => {
        faults += 1;
      },
    });
    const counts: number[] = [];
    while (counts.length < answers.length) {
      await find(CLIENT_ID, ISSUER).catch(() => undefined);
      counts.push(faults);
      clock.advance(OPTIONS.cacheSeconds);
    }
    return counts;
  }

  test("although the last good record serves in its place", async () => {
    expect(await faultsOf(item(), OUTAGE)).toEqual([0, 1]);
  });

  test("when nothing can serve in its place", async () => {
    expect(await faultsOf(REFUSAL)).toEqual([1]);
  });

  test("and no other: an absent or a broken record is an answer", async () => {
    expect(await faultsOf(ABSENT, { kind: "item", item: {} })).toEqual([0, 0]);
  });
});
