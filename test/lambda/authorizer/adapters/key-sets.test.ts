import { beforeEach, describe, expect, test } from "vitest";
import {
  type FoundKey,
  type KeySetSnapshot,
  type KeySets,
  type KeySetsOptions,
  createKeySets,
} from "../../../../lambda/authorizer/adapters/key-sets.ts";
import { selectKeys } from "../../../../lambda/authorizer/adapters/key-set.ts";
import {
  type ManualClock,
  type ScriptedPort,
  deferred,
  manualClock,
  scriptedPort,
} from "../../../support/fakes.ts";
import {
  NOW,
  createSigningKey,
  jwksBytes,
  jwksOf,
  signingKey,
} from "../../../support/tokens.ts";

const URI = "https://acme.eu.auth0.com/.well-known/jwks.json";
const OTHER_URI = "https://login.acme.com/.well-known/jwks.json";
const OPTIONS: KeySetsOptions = {
  maxAgeSeconds: 600,
  staleSeconds: 3_600,
  unknownKidCooldownSeconds: 10,
  failureCooldownSeconds: 5,
};
const FIRST = jwksBytes(signingKey("key-1"));
const ROTATED = jwksBytes(signingKey("key-2"));
const EMPTY = Buffer.from('{"keys":[]}');
const DOWN = new Error("connect ECONNREFUSED");
const UNAVAILABLE = { code: "keys_unavailable" };

type Answer = Uint8Array | Error | Promise<Uint8Array>;

let clock: ManualClock;
let fetches: ScriptedPort<readonly [string], Uint8Array>;

/** Key sets whose issuer gives these answers, the last from then on. */
function keySetsOf(
  answers: readonly Answer[],
  {
    findSnapshot,
    ...options
  }: Partial<KeySetsOptions> & {
    findSnapshot?: (jwksUri: string) => KeySetSnapshot | undefined;
  } = {},
): KeySets {
  fetches = scriptedPort<readonly [string], Uint8Array>(...answers);
  return createKeySets(
    { ...OPTIONS, ...options },
    {
      fetchJwks: fetches.port,
      now: clock.now,
      ...(findSnapshot && { findSnapshot }),
    },
  );
}

const kidOf = (found: FoundKey | undefined): string | undefined =>
  found?.key.kid;

beforeEach(() => {
  clock = manualClock();
});

describe("a fresh set", () => {
  test("is fetched once and serves until its maximum age", async () => {
    const { findKey } = keySetsOf([FIRST]);
    expect(await findKey(URI, "key-1")).toMatchObject({
      key: signingKey("key-1").jwk,
      keySetAgeSeconds: 0,
    });
    clock.advance(599.9);
    expect(await findKey(URI, "key-1")).toMatchObject({
      keySetAgeSeconds: 599.9,
    });
    expect(fetches.calls).toEqual([[URI]]);
  });

  test("is fetched anew at its maximum age, and a key that left it stops working", async () => {
    const { findKey } = keySetsOf([FIRST, ROTATED]);
    await findKey(URI, "key-1");
    clock.advance(600);
    expect(await findKey(URI, "key-1")).toBeUndefined();
    expect(kidOf(await findKey(URI, "key-2"))).toBe("key-2");
    expect(fetches.calls).toHaveLength(2);
  });

  test("is fetched anew at a maximum age shorter than the cool-down for unknown kids", async () => {
    const { findKey } = keySetsOf([FIRST, ROTATED], { maxAgeSeconds: 3 });
    await findKey(URI, "key-1");
    clock.advance(3);
    expect(await findKey(URI, "key-1")).toBeUndefined();
    expect(fetches.calls).toHaveLength(2);
  });

  test("counts its age from before the fetch", async () => {
    const answer = deferred<Uint8Array>();
    const { findKey } = keySetsOf([answer.promise]);
    const finding = findKey(URI, "key-1");
    clock.advance(1.4);
    answer.resolve(FIRST);
    expect(await finding).toMatchObject({ keySetAgeSeconds: 1.4 });
  });

  test("takes the new key under an old kid with the next fetch", async () => {
    const successor = createSigningKey("key-1");
    const { findKey } = keySetsOf([FIRST, jwksBytes(successor)]);
    await findKey(URI, "key-1");
    clock.advance(600);
    expect((await findKey(URI, "key-1"))?.key.n).toBe(successor.jwk.n);
  });

  test("belongs to one issuer alone", async () => {
    const { findKey } = keySetsOf([FIRST, ROTATED]);
    await findKey(URI, "key-1");
    expect(await findKey(OTHER_URI, "key-1")).toBeUndefined();
    expect(fetches.calls).toEqual([[URI], [OTHER_URI]]);
  });
});

describe("an unknown kid", () => {
  test("brings a rotated key at once when the last fetch is old enough", async () => {
    const { findKey } = keySetsOf([FIRST, ROTATED]);
    await findKey(URI, "key-1");
    clock.advance(10);
    expect(kidOf(await findKey(URI, "key-2"))).toBe("key-2");
  });

  test("is unknown without a fetch during the cool-down", async () => {
    const { findKey } = keySetsOf([FIRST, ROTATED]);
    await findKey(URI, "key-1");
    clock.advance(9.9);
    expect(await findKey(URI, "key-2")).toBeUndefined();
    expect(fetches.calls).toHaveLength(1);
  });

  test("costs one fetch per cool-down, however many come", async () => {
    const { findKey } = keySetsOf([FIRST]);
    await findKey(URI, "key-1");
    for (let second = 0; second < 100; second += 1) {
      clock.advance(1);
      expect(await findKey(URI, `junk-${second}`)).toBeUndefined();
    }
    expect(fetches.calls).toHaveLength(1 + 10);
  });

  test("might be a new one while the issuer is down: could not tell", async () => {
    const { findKey } = keySetsOf([FIRST, DOWN]);
    await findKey(URI, "key-1");
    clock.advance(10);
    await expect(findKey(URI, "key-2")).rejects.toMatchObject(UNAVAILABLE);
    expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
    expect(fetches.calls).toHaveLength(2);
  });
});

describe("an issuer that is down", () => {
  test("leaves the last good set to serve until it is stale", async () => {
    const { findKey } = keySetsOf([FIRST, DOWN]);
    await findKey(URI, "key-1");
    clock.advance(3_599.9);
    expect(await findKey(URI, "key-1")).toMatchObject({
      keySetAgeSeconds: 3_599.9,
    });
    clock.advance(0.1);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
  });

  test("leaves it for the maximum age at least, though the stale bound is shorter", async () => {
    const { findKey } = keySetsOf([FIRST, DOWN], { staleSeconds: 0 });
    await findKey(URI, "key-1");
    clock.advance(599.9);
    expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
    clock.advance(0.1);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
  });

  test("is asked again after the cool-down and not before", async () => {
    const { findKey } = keySetsOf([DOWN, FIRST]);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
    clock.advance(4.9);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
    expect(fetches.calls).toHaveLength(1);
    clock.advance(0.1);
    expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
    expect(fetches.calls).toHaveLength(2);
  });

  test("has its cool-down counted from the end of the fetch", async () => {
    const answer = deferred<Uint8Array>();
    const { findKey } = keySetsOf([answer.promise, FIRST]);
    const finding = findKey(URI, "key-1");
    clock.advance(1.4);
    answer.reject(DOWN);
    await expect(finding).rejects.toMatchObject(UNAVAILABLE);
    clock.advance(4.9);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
    expect(fetches.calls).toHaveLength(1);
  });

  test("makes a kid that the stale set lacks a matter of could not tell", async () => {
    const { findKey } = keySetsOf([FIRST, DOWN]);
    await findKey(URI, "key-1");
    clock.advance(700);
    await expect(findKey(URI, "key-2")).rejects.toMatchObject(UNAVAILABLE);
  });

  test.each([
    { name: "an empty set", body: EMPTY },
    { name: "an HTML page", body: Buffer.from("<html>") },
    {
      name: "a set of weak keys",
      body: jwksBytes(createSigningKey("key-1", { modulusLength: 1_024 })),
    },
  ])(
    "is one that answers with $name, which never replaces a good set",
    async ({ body }) => {
      const { findKey } = keySetsOf([FIRST, body]);
      await findKey(URI, "key-1");
      clock.advance(600);
      expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
      await expect(findKey(URI, "key-2")).rejects.toMatchObject(UNAVAILABLE);
      expect(fetches.calls).toHaveLength(2);
    },
  );

  test("takes nothing of the next one's: cool-downs are per issuer", async () => {
    const { findKey } = keySetsOf([DOWN, ROTATED]);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
    expect(kidOf(await findKey(OTHER_URI, "key-2"))).toBe("key-2");
  });
});

describe("a flight", () => {
  test("is shared by all who ask at the same time", async () => {
    const answer = deferred<Uint8Array>();
    const { findKey } = keySetsOf([answer.promise]);
    const finding = Promise.all([
      findKey(URI, "key-1"),
      findKey(URI, "key-1"),
      findKey(URI, "key-9"),
    ]);
    answer.resolve(FIRST);
    expect((await finding).map(kidOf)).toEqual(["key-1", "key-1", undefined]);
    expect(fetches.calls).toHaveLength(1);
  });

  test("that fails fails for all who share it, and is not shared by later ones", async () => {
    const answer = deferred<Uint8Array>();
    const { findKey } = keySetsOf([answer.promise, FIRST]);
    const finding = Promise.allSettled([
      findKey(URI, "key-1"),
      findKey(URI, "key-1"),
    ]);
    answer.reject(DOWN);
    expect((await finding).map(({ status }) => status)).toEqual([
      "rejected",
      "rejected",
    ]);
    clock.advance(5);
    expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
  });
});

describe("a fetch that throws before it has begun", () => {
  test("is a failure like any other, and does not stand in the way of the next", async () => {
    let calls = 0;
    const { findKey } = createKeySets(OPTIONS, {
      fetchJwks: () => {
        calls += 1;
        if (calls === 1) throw DOWN;
        return Promise.resolve(FIRST);
      },
      now: clock.now,
    });
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
    clock.advance(5);
    expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
  });
});

describe("a function frozen for long", () => {
  test("does not use the set that it fell asleep with beyond its bound", async () => {
    const { findKey } = keySetsOf([FIRST, DOWN]);
    await findKey(URI, "key-1");
    clock.advance(86_400);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe("a snapshot", () => {
  const snapshot = (kid: string, takenAt = NOW - 100): KeySetSnapshot => {
    const keys = selectKeys(jwksOf(signingKey(kid)));
    if (keys === undefined) throw new Error("no keys");
    return { keys, takenAtMs: takenAt * 1_000, maxAgeSeconds: 200 };
  };

  test("serves while no fetch has succeeded, until its own age", async () => {
    const { findKey } = keySetsOf([DOWN], {
      findSnapshot: () => snapshot("key-1"),
    });
    expect(await findKey(URI, "key-1")).toMatchObject({
      keySetAgeSeconds: 100,
    });
    clock.advance(99.9);
    expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
    clock.advance(0.1);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
  });

  test("does not keep a fetch from being tried", async () => {
    const { findKey } = keySetsOf([FIRST], {
      findSnapshot: () => snapshot("key-1"),
    });
    expect(await findKey(URI, "key-1")).toMatchObject({ keySetAgeSeconds: 0 });
    expect(fetches.calls).toHaveLength(1);
  });

  test("never speaks again once a fetch has succeeded, not even when its set is stale", async () => {
    const { findKey } = keySetsOf([ROTATED, DOWN], {
      findSnapshot: () => snapshot("key-1", NOW + 3_600),
    });
    await findKey(URI, "key-2");
    clock.advance(3_700);
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
  });

  test("says of a kid that it lacks: could not tell", async () => {
    const { findKey } = keySetsOf([DOWN], {
      findSnapshot: () => snapshot("key-1"),
    });
    await expect(findKey(URI, "key-2")).rejects.toMatchObject(UNAVAILABLE);
  });

  test("of this very instant is used", async () => {
    const { findKey } = keySetsOf([DOWN], {
      findSnapshot: () => snapshot("key-1", NOW),
    });
    expect(await findKey(URI, "key-1")).toMatchObject({ keySetAgeSeconds: 0 });
  });

  test("from the future is not used", async () => {
    const { findKey } = keySetsOf([DOWN], {
      findSnapshot: () => snapshot("key-1", NOW + 1),
    });
    await expect(findKey(URI, "key-1")).rejects.toMatchObject(UNAVAILABLE);
  });

  test("is that of the issuer in question", async () => {
    const { findKey } = keySetsOf([DOWN], {
      findSnapshot: (uri) => (uri === URI ? snapshot("key-1") : undefined),
    });
    await expect(findKey(OTHER_URI, "key-1")).rejects.toMatchObject(
      UNAVAILABLE,
    );
  });
});

describe("prewarming", () => {
  test("has the keys in hand before the first token", async () => {
    const { prewarm, findKey } = keySetsOf([FIRST]);
    await prewarm(URI);
    expect(fetches.calls).toHaveLength(1);
    expect(kidOf(await findKey(URI, "key-1"))).toBe("key-1");
    expect(fetches.calls).toHaveLength(1);
  });

  test("does not fail when the issuer is down", async () => {
    const { prewarm } = keySetsOf([DOWN]);
    await expect(prewarm(URI)).resolves.toBeUndefined();
  });
});

describe("a key that was found, looked at again", () => {
  test("stands, with the age of its set now, until that has come of age", async () => {
    const { findKey } = keySetsOf([FIRST]);
    const found = await findKey(URI, "key-1");
    clock.advance(599.9);
    expect(found?.recheck()).toBe(599.9);
    clock.advance(0.1);
    expect(found?.recheck()).toBeUndefined();
    expect(fetches.calls).toHaveLength(1);
  });

  test.each([
    { name: "it has left", answer: ROTATED, kid: "key-2" },
    { name: "it came again", answer: FIRST, kid: "key-1" },
    {
      name: "another key has its kid",
      answer: jwksBytes(createSigningKey("key-1")),
      kid: "key-1",
    },
  ])(
    "stands no more once there is a newer set, whether $name",
    async ({ answer, kid }) => {
      const { findKey } = keySetsOf([FIRST, answer]);
      const found = await findKey(URI, "key-1");
      clock.advance(600);
      expect(await findKey(URI, kid)).toBeDefined();
      expect(found?.recheck()).toBeUndefined();
    },
  );

  test("does not stand while a stale set serves", async () => {
    const { findKey } = keySetsOf([FIRST, DOWN]);
    await findKey(URI, "key-1");
    clock.advance(600);
    const stale = await findKey(URI, "key-1");
    expect(stale).toMatchObject({ keySetAgeSeconds: 600 });
    expect(stale?.recheck()).toBeUndefined();
  });

  test("does not stand by a snapshot from deploy time", async () => {
    const keys = selectKeys(jwksOf(signingKey("key-1")));
    if (keys === undefined) expect.unreachable();
    const { findKey } = keySetsOf([DOWN], {
      findSnapshot: () => ({
        keys,
        takenAtMs: NOW * 1_000,
        maxAgeSeconds: 60,
      }),
    });
    const found = await findKey(URI, "key-1");
    expect(kidOf(found)).toBe("key-1");
    expect(found?.recheck()).toBeUndefined();
  });
});

describe("a fetch that brings no set is told", () => {
  async function faultsOf(...answers: readonly Answer[]): Promise<number> {
    const { port } = scriptedPort<readonly [string], Uint8Array>(...answers);
    let faults = 0;
    const { prewarm } = createKeySets(OPTIONS, {
      fetchJwks: port,
      now: clock.now,
      onFetchFault: () => {
        faults += 1;
      },
    });
    await prewarm(URI);
    return faults;
  }

  test.each([
    { name: "when the issuer is down", answer: DOWN, faults: 1 },
    { name: "when no key in it is usable", answer: EMPTY, faults: 1 },
    { name: "and a good one is not", answer: FIRST, faults: 0 },
  ])("$name", async ({ answer, faults }) => {
    expect(await faultsOf(answer)).toBe(faults);
  });
});
