/** The issuer's key endpoint out of order: what the function says in every state that its key cache can be in. */
import { KEY_SET_COOLDOWNS } from "../../lambda/authorizer/adapters/key-sets.ts";
import { type Bench, type Lab, NEXT_KEY, openBench } from "./bench.ts";
import {
  BOUNDS_MS,
  type Cell,
  type Expected,
  NO_WAIT_MS,
  createReport,
} from "./cells.ts";
import { ISSUER_FAULTS, type IssuerFaultName } from "./issuer-faults.ts";

/** The function's own defaults (design §3); no drill changes them. */
const MAX_AGE_S = 600;
const STALE_S = 3_600;
const { failureCooldownSeconds, unknownKidCooldownSeconds } = KEY_SET_COOLDOWNS;

const KEYS_UNAVAILABLE = {
  outcome: "could_not_tell",
  reason: "keys_unavailable",
  reads: 0,
} as const;
/** The table is well, and its reads are not what is drilled here. */
const ALLOW = { outcome: "allow", reads: [0, 2] } as const;
const WITH_FETCH = { fetches: 1, withinMs: BOUNDS_MS.keys } as const;
const WITHOUT_FETCH = { fetches: 0, withinMs: NO_WAIT_MS } as const;

/** A new process that meets the fault in its first fetch. */
export async function drillKeysCold(
  lab: Lab,
  fault: IssuerFaultName,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("keys", fault);
  await using bench = await openBench(lab);
  const { function: drilled } = bench;
  const token = bench.sign();

  await bench.failIssuer(ISSUER_FAULTS[fault]);
  report("cold", await drilled.invoke(token), {
    ...KEYS_UNAVAILABLE,
    ...WITH_FETCH,
  });
  await bench.healIssuer();
  report("cold, healed, cooling down", await drilled.invoke(token), {
    ...KEYS_UNAVAILABLE,
    ...WITHOUT_FETCH,
  });
  drilled.pass(failureCooldownSeconds);
  report("cold, healed", await drilled.invoke(token), recovered(0));
  assertNothingFollowed(bench);
  return cells;
}

/** A process that had good keys when the fault began. */
export async function drillKeysWarm(
  lab: Lab,
  fault: IssuerFaultName,
): Promise<readonly Cell[]> {
  const { report, cells } = createReport("keys", fault);
  await using bench = await openBench(lab);
  const { function: drilled } = bench;
  const token = bench.sign();
  const newToken = bench.sign({ key: NEXT_KEY });

  await drilled.invoke(token);
  await bench.failIssuer(ISSUER_FAULTS[fault]);
  report("warm", await drilled.invoke(token), { ...ALLOW, ...WITHOUT_FETCH });
  drilled.pass(unknownKidCooldownSeconds);
  // Not a 401: the key may be one that was published a moment ago.
  report("warm, new kid", await drilled.invoke(newToken), {
    ...KEYS_UNAVAILABLE,
    ...WITH_FETCH,
  });
  report("warm, after new kid", await drilled.invoke(token), {
    ...ALLOW,
    ...WITHOUT_FETCH,
  });

  drilled.pass(MAX_AGE_S);
  const staleKeys = { keySetAge: [MAX_AGE_S, STALE_S] } as const;
  report("past maximum age", await drilled.invoke(token), {
    ...ALLOW,
    ...WITH_FETCH,
    ...staleKeys,
  });
  report("past maximum age, cooling down", await drilled.invoke(token), {
    ...ALLOW,
    ...WITHOUT_FETCH,
    ...staleKeys,
  });

  drilled.pass(STALE_S);
  report("past stale bound", await drilled.invoke(token), {
    ...KEYS_UNAVAILABLE,
    ...WITH_FETCH,
  });
  await bench.healIssuer();
  report(
    "past stale bound, healed, cooling down",
    await drilled.invoke(token),
    {
      ...KEYS_UNAVAILABLE,
      ...WITHOUT_FETCH,
    },
  );
  drilled.pass(failureCooldownSeconds);
  report("past stale bound, healed", await drilled.invoke(token), recovered(0));
  assertNothingFollowed(bench);
  return cells;
}

/** The first answer after the cool-down is a good one, with new keys. */
function recovered(keySetAge: number): Expected {
  return { ...ALLOW, ...WITH_FETCH, keySetAge: [keySetAge, keySetAge + 5] };
}

function assertNothingFollowed({ issuer }: Bench): void {
  if (issuer.redirectsFollowed() > 0) throw new Error("followed a redirect");
}
