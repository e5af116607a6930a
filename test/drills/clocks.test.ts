/** Clocks that stop or step never make a key, a record or a token live longer. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClock } from "../../lambda/authorizer/adapters/clock.ts";
import {
  KEY_SET_COOLDOWNS,
  createKeySets,
} from "../../lambda/authorizer/adapters/key-sets.ts";
import { createTenantCache } from "../../lambda/authorizer/adapters/tenant-cache.ts";
import { authorize } from "../../lambda/core/authorize.ts";
import { parseMethodArn } from "../../lambda/core/method-arn.ts";
import { methodArn } from "../support/events.ts";
import { scriptedPort } from "../support/fakes.ts";
import { RECORD_RULES, tenantItem, tenantOf } from "../support/records.ts";
import {
  CLIENT_ID,
  ISSUER,
  NOW,
  accessTokenClaims,
  jwksBytes,
  signAccessToken,
  signingKey,
} from "../support/tokens.ts";
import { HOURS } from "./clock-drills.ts";

/** The function's clock over two that the test moves by hand. */
function movableClock() {
  let wallMs = NOW * 1_000;
  let monotonicMs = 0;
  return {
    now: createClock({ wallMs: () => wallMs, monotonicMs: () => monotonicMs }),
    wallMs: () => wallMs,
    shift: ({ wall, monotonic }: { wall: number; monotonic: number }) => {
      wallMs += wall * 1_000;
      monotonicMs += monotonic * 1_000;
    },
  };
}

/** What goes by between two looks at the clock; a monotonic clock stops at worst. */
const shifts = fc.array(
  fc.record({
    wall: fc.integer({ min: -7_200, max: 7_200 }),
    monotonic: fc.integer({ min: 0, max: 7_200 }),
  }),
  { maxLength: 20 },
);

test("the clock never goes back, is never behind the wall clock, and goes at least as fast as the monotonic one", () => {
  fc.assert(
    fc.property(shifts, (steps) => {
      const clock = movableClock();
      let before = clock.now();
      for (const step of steps) {
        clock.shift(step);
        const after = clock.now();
        expect(after - before).toBeGreaterThanOrEqual(step.monotonic * 1_000);
        expect(after).toBeGreaterThanOrEqual(clock.wallMs());
        before = after;
      }
    }),
  );
});

describe.each(Object.entries(HOURS))("%s", (_name, hour) => {
  function warmKeySets() {
    const clock = movableClock();
    const { port, calls } = scriptedPort<[string], Uint8Array>(
      jwksBytes(signingKey()),
      new Error("down"),
    );
    const keySets = createKeySets(
      { maxAgeSeconds: 600, staleSeconds: 3_600, ...KEY_SET_COOLDOWNS },
      { fetchJwks: port, now: clock.now },
    );
    return { clock, keySets, calls };
  }

  test("a key is not used again without a fetch, nor past the stale bound", async () => {
    const { clock, keySets, calls } = warmKeySets();
    await keySets.prewarm("uri");
    await expect(keySets.findKey("uri", "key-1")).resolves.toBeDefined();
    clock.shift(hour);
    await expect(keySets.findKey("uri", "key-1")).rejects.toMatchObject({
      code: "keys_unavailable",
    });
    expect(calls).toHaveLength(2);
  });

  test("a record is read again, and is not served in an outage", async () => {
    const clock = movableClock();
    const { port, calls } = scriptedPort<
      [string],
      | { kind: "item"; item: unknown }
      | { kind: "unavailable"; isTransient: boolean }
    >(
      { kind: "item", item: tenantItem() },
      { kind: "unavailable", isTransient: true },
    );
    const findTenant = createTenantCache(
      { ...RECORD_RULES, cacheSeconds: 5, staleSeconds: 300, maxEntries: 10 },
      { readTenantItem: port, now: clock.now },
    );
    await findTenant(CLIENT_ID, ISSUER);
    clock.shift(hour);
    await expect(findTenant(CLIENT_ID, ISSUER)).rejects.toMatchObject({
      code: "table_unavailable",
    });
    expect(calls).toHaveLength(2);
  });

  test("a token and a record that end within the hour have ended", async () => {
    const clock = movableClock();
    clock.now();
    const decide = async (claims: Record<string, unknown>, expiresAt: number) =>
      await authorize(
        {
          authorization: `Bearer ${signAccessToken({ claims })}`,
          stage: parseMethodArn(methodArn()) ?? expect.unreachable(),
          now: clock.now() / 1_000,
        },
        {
          // The library looks at the wall clock alone; what counts here is what we ask besides.
          verifyAccessToken: () =>
            Promise.resolve({
              ok: true,
              value: {
                claims: accessTokenClaims(claims),
                keySetAgeSeconds: 0,
              },
            }),
          findTenant: () =>
            Promise.resolve({
              tenant: tenantOf({ expiresAt: { N: String(expiresAt) } }),
              recordAgeSeconds: 0,
            }),
        },
        {
          tenantClaim: "azp",
          clockToleranceSeconds: 5,
          maxTokenLifetimeSeconds: 86_400,
          issuers: new Set([ISSUER]),
          policyTimeCondition: true,
        },
      );
    const soon = NOW + 1_800;
    const late = NOW + 7_200;
    await expect(decide({ exp: soon }, late)).resolves.toMatchObject({
      kind: "allow",
    });
    clock.shift(hour);
    await expect(decide({ exp: soon }, late)).resolves.toEqual({
      kind: "unauthenticated",
      reason: "token_expired",
    });
    await expect(decide({ exp: late }, soon)).resolves.toMatchObject({
      kind: "forbid",
      reason: "tenant_expired",
    });
    await expect(decide({ exp: late }, late)).resolves.toMatchObject({
      kind: "allow",
    });
  });
});
