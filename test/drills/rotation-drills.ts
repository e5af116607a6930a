/** An issuer that is well and changes its keys: how soon a new key counts, and how long an old one. */
import { setTimeout as sleep } from "node:timers/promises";
import { KEY_SET_COOLDOWNS } from "../../lambda/authorizer/adapters/key-sets.ts";
import { signingKey } from "../support/tokens.ts";
import { type Lab, NAMESAKE, NEXT_KEY, openBench } from "./bench.ts";
import {
  BOUNDS_MS,
  type Cell,
  type Expected,
  NO_WAIT_MS,
  createReport,
} from "./cells.ts";
import type { Observation } from "./drilled-function.ts";

const MAX_AGE_S = 600;
const { unknownKidCooldownSeconds } = KEY_SET_COOLDOWNS;

/** The table is well, and its reads are not what is drilled here. */
const ALLOW = { outcome: "allow", reads: [0, 2] } as const;
const KID_UNKNOWN = {
  outcome: "unauthenticated",
  reason: "kid_unknown",
  reads: 0,
} as const;
const SIGNATURE_INVALID = {
  outcome: "unauthenticated",
  reason: "signature_invalid",
  reads: 0,
} as const;
const WITH_FETCH = { fetches: 1, withinMs: BOUNDS_MS.keys } as const;
const WITHOUT_FETCH = { fetches: 0, withinMs: NO_WAIT_MS } as const;

/** Ends in Auth0's own order of events: the next key is published, then signs, then the old one is revoked. */
type Change = "rotated (new kid)" | "same kid, new key" | "revoked";
export const KEY_CHANGES: readonly Change[] = [
  "rotated (new kid)",
  "same kid, new key",
  "revoked",
];

export async function drillKeyChange(
  lab: Lab,
  change: Change,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("keys", change);
  const oldKey = signingKey();
  const newKey = change === "same kid, new key" ? NAMESAKE : NEXT_KEY;
  const published =
    change === "rotated (new kid)" ? [oldKey, newKey] : [newKey];
  const refused: Pick<Expected, "outcome" | "reason" | "reads"> =
    change === "same kid, new key" ? SIGNATURE_INVALID : KID_UNKNOWN;
  const isOldKeyRevoked = change !== "rotated (new kid)";

  {
    await using bench = await openBench(lab);
    bench.issuer.publish(...published);
    const { function: drilled } = bench;
    report("cold, new key", await drilled.invoke(bench.sign({ key: newKey })), {
      ...ALLOW,
      ...WITH_FETCH,
    });
    report("cold, old key", await drilled.invoke(bench.sign()), {
      ...(isOldKeyRevoked ? refused : ALLOW),
      ...WITHOUT_FETCH,
    });
  }

  await using bench = await openBench(lab);
  const { function: drilled, issuer } = bench;
  const oldToken = bench.sign();
  const newToken = bench.sign({ key: newKey });
  await drilled.invoke(oldToken);
  issuer.publish(...published);

  report("warm, new key", await drilled.invoke(newToken), {
    ...refused,
    ...WITHOUT_FETCH,
  });
  if (change === "rotated (new kid)") {
    drilled.pass(unknownKidCooldownSeconds);
    report("warm, new key, cooled down", await drilled.invoke(newToken), {
      ...ALLOW,
      ...WITH_FETCH,
    });
    report("warm, old key", await drilled.invoke(oldToken), {
      ...ALLOW,
      ...WITHOUT_FETCH,
    });
    return cells;
  }
  // Less than the maximum age by what this drill itself may take.
  drilled.pass(MAX_AGE_S - 30);
  report("just before maximum age, old key", await drilled.invoke(oldToken), {
    ...ALLOW,
    ...WITHOUT_FETCH,
  });
  drilled.pass(30);
  report("at maximum age, old key", await drilled.invoke(oldToken), {
    ...refused,
    ...WITH_FETCH,
  });
  report("at maximum age, new key", await drilled.invoke(newToken), {
    ...ALLOW,
    ...WITHOUT_FETCH,
  });
  return cells;
}

/** Tokens of keys that nobody published, again and again: one fetch per cool-down, and good tokens unharmed. */
export async function drillUnknownKids(lab: Lab): Promise<readonly Cell[]> {
  const { report, cells } = createReport("keys", "junk kids");
  await using bench = await openBench(lab);
  const { function: drilled } = bench;
  const token = bench.sign();
  await drilled.invoke(token);
  for (let round = 1; round <= 3; round += 1) {
    drilled.pass(unknownKidCooldownSeconds);
    for (const [index, state] of ["first", "second", "third"].entries()) {
      const junk = bench.sign({ key: { ...NEXT_KEY, kid: `junk-${index}` } });
      report(`cool-down ${round}, ${state}`, await drilled.invoke(junk), {
        ...KID_UNKNOWN,
        ...(index === 0 ? WITH_FETCH : WITHOUT_FETCH),
      });
    }
    report(`cool-down ${round}, good token`, await drilled.invoke(token), {
      ...ALLOW,
      ...WITHOUT_FETCH,
    });
  }
  return cells;
}

/** A maximum age shorter than the cool-down for unknown kids must hold all the same. */
export async function drillShortMaxAge(lab: Lab): Promise<readonly Cell[]> {
  const { report, cells } = createReport("keys", "revoked, maximum age 4 s");
  await using bench = await openBench(lab, {
    variables: { JWKS_MAX_AGE_SECONDS: "4" },
  });
  const { function: drilled, issuer } = bench;
  const token = bench.sign();
  await drilled.invoke(token);
  issuer.publish(NEXT_KEY);
  drilled.pass(4);
  report("at maximum age, old key", await drilled.invoke(token), {
    ...KID_UNKNOWN,
    ...WITH_FETCH,
  });
  return cells;
}

const REAL_MAX_AGE_S = 12;

/**
 * Nothing but the function, a TLS server and real seconds: no preload, no moved clock. The time that a cell shows
 * is the time since the keys were changed.
 */
export async function drillRealTime(lab: Lab): Promise<readonly Cell[]> {
  const { report, cells } = createReport("keys", "real clock, real seconds");
  const options = {
    hasPreload: false,
    variables: { JWKS_MAX_AGE_SECONDS: String(REAL_MAX_AGE_S) },
  };
  await using rotating = await openBench(lab, options);
  await using revoking = await openBench(lab, options);
  const newToken = rotating.sign({ key: NEXT_KEY });
  const oldToken = revoking.sign();
  await rotating.function.invoke(rotating.sign());
  await revoking.function.invoke(oldToken);

  const changedAt = performance.now();
  rotating.issuer.publish(signingKey(), NEXT_KEY);
  revoking.issuer.publish(NEXT_KEY);
  // Without the preload nobody sees the requests that the function makes.
  const unseen = { fetches: 0, reads: 0 } as const;
  const until = async (
    invoke: () => Promise<Observation>,
    expected: Pick<Expected, "outcome" | "reason">,
    withinSeconds: number,
  ): Promise<void> => {
    for (;;) {
      const observed = await invoke();
      const ms = performance.now() - changedAt;
      if (
        observed.outcome === expected.outcome ||
        ms > withinSeconds * 1_000 + NO_WAIT_MS
      ) {
        report(
          expected.reason === undefined ? "new key works" : "old key is out",
          { ...observed, ms },
          {
            ...expected,
            ...unseen,
            withinMs: withinSeconds * 1_000 + NO_WAIT_MS,
          },
        );
        return;
      }
      await sleep(250);
    }
  };
  await Promise.all([
    until(
      () => rotating.function.invoke(newToken),
      { outcome: "allow" },
      unknownKidCooldownSeconds,
    ),
    until(
      () => revoking.function.invoke(oldToken),
      { outcome: "unauthenticated", reason: "kid_unknown" },
      REAL_MAX_AGE_S,
    ),
  ]);
  return cells;
}
