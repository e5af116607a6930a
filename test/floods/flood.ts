/** A flood of junk with good tokens in it, through the authorizer as it is wired up, on a clock of our own. */
import { setImmediate } from "node:timers/promises";
import { KEY_SET_COOLDOWNS } from "../../lambda/authorizer/adapters/key-sets.ts";
import { methodArn } from "../support/events.ts";
import { NOW } from "../support/tokens.ts";
import { GLOBEX_CLIENT_ID, accessToken } from "../attacks/baseline.ts";
import { type Deployment, createDeployment } from "../attacks/deployment.ts";
import { JUNK, type JunkKind, seededRandom } from "./junk.ts";

export interface FloodOptions {
  readonly tokens: number;
  readonly seed: number;
  /** Needed to measure memory. */
  readonly collectGarbage?: (() => void) | undefined;
}

export interface FloodResult {
  readonly junk: number;
  readonly good: number;
  readonly goodPassed: number;
  /** Junk that was not refused with the reason of its kind. */
  readonly misjudged: number;
  readonly virtualSeconds: number;
  readonly fetches: number;
  /** The shortest time between two fetches. */
  readonly shortestPauseSeconds: number;
  readonly tableReadsForJunk: number;
  /** Of our own code and the library's, by kind; making the token is left out. */
  readonly microsecondsPerToken: Readonly<Record<JunkKind, number>>;
  /** The slope of the heap's size after garbage collection; `undefined` without a collector. */
  readonly bytesPerThousandJunk: number | undefined;
}

/** The virtual time between two tokens: 100 a second. */
const STEP_SECONDS = 0.01;
const GOOD_EVERY = 20;
const SAMPLES = 25;
/** So that no good token ends before the longest flood. */
const LIFETIME = { exp: NOW + 2_500_000 };
/** Slope that is none: a kept token, kid or issuer would be a hundred bytes for each, not for a thousand. */
export const MAX_BYTES_PER_THOUSAND_JUNK = 2_000;
/** A shorter flood measures how the process warms up. */
const MIN_JUNK_FOR_MEMORY = 50_000;

export async function runFlood({
  tokens,
  seed,
  collectGarbage,
}: FloodOptions): Promise<FloodResult> {
  const random = seededRandom(seed);
  const deployment = await createDeployment();
  const kinds = Object.keys(JUNK) as JunkKind[];
  const good = [
    accessToken({ claims: LIFETIME }),
    accessToken({ claims: { ...LIFETIME, azp: GLOBEX_CLIENT_ID } }),
  ];
  const tally = { good: 0, goodPassed: 0, misjudged: 0, reads: 0 };
  const fetchedAt: number[] = [];
  const spent = new Map<JunkKind, { ms: number; count: number }>();
  const heap: { junk: number; bytes: number }[] = [];

  for (let junk = 0; junk < tokens; junk += 1) {
    if (junk % Math.ceil(tokens / SAMPLES) === 0 && collectGarbage) {
      heap.push({ junk, bytes: await measureHeap(collectGarbage) });
    }
    deployment.clock.advance(STEP_SECONDS);
    const kind = kinds[Math.floor(random() * kinds.length)] ?? "no token";
    const readsBefore = deployment.counts.reads;
    const token = JUNK[kind].make(random);
    const startedAt = performance.now();
    const seen = await ask(deployment, token, fetchedAt);
    const total = spent.get(kind) ?? { ms: 0, count: 0 };
    spent.set(kind, {
      ms: total.ms + performance.now() - startedAt,
      count: total.count + 1,
    });
    tally.reads += deployment.counts.reads - readsBefore;
    if (seen !== `unauthenticated ${JUNK[kind].reason}`) tally.misjudged += 1;
    if (junk % GOOD_EVERY === 0) {
      const own = good[tally.good % good.length] ?? "";
      tally.good += 1;
      if ((await ask(deployment, own, fetchedAt)) === "allow ") {
        tally.goodPassed += 1;
      }
    }
  }

  return {
    junk: tokens,
    good: tally.good,
    goodPassed: tally.goodPassed,
    misjudged: tally.misjudged,
    virtualSeconds: tokens * STEP_SECONDS,
    fetches: fetchedAt.length,
    shortestPauseSeconds: Math.min(
      ...fetchedAt.slice(1).map((at, index) => at - (fetchedAt[index] ?? 0)),
    ),
    tableReadsForJunk: tally.reads,
    microsecondsPerToken: Object.fromEntries(
      kinds.map((kind) => {
        const { ms = 0, count = 1 } = spent.get(kind) ?? {};
        return [kind, Math.round((ms * 1_000) / count)];
      }),
    ) as Record<JunkKind, number>,
    bytesPerThousandJunk: heap.length === 0 ? undefined : slope(heap) * 1_000,
  };
}

/** Sends one token; notes when the issuer was asked. */
async function ask(
  { send, log, counts, clock }: Deployment,
  token: string,
  fetchedAt: number[],
): Promise<string> {
  const fetchesBefore = counts.fetches;
  await send({
    authorizationToken: `Bearer ${token}`,
    methodArn: methodArn(),
  });
  if (counts.fetches > fetchesBefore) fetchedAt.push(clock.now() / 1_000);
  const { outcome, reason = "" } = log.at(-1) ?? { outcome: "nothing" };
  // The harness keeps the log; the function does not, so it must not count as memory.
  log.length = 0;
  return `${outcome} ${reason}`;
}

/** What cannot be let go: of a few looks the least, since keys and buffers outlive the first collection that sees them. */
async function measureHeap(collectGarbage: () => void): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < 4; look += 1) {
    // As between two invocations: what a task has used is let go at its end.
    await setImmediate();
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    least = Math.min(least, heapUsed + external);
  }
  return least;
}

/**
 * The median of the slopes between all pairs (Theil and Sen), without the first two fifths, in which caches and the
 * optimizer warm up: a leak shows in every pair, and a step that the engine makes once, such as code it has compiled, in few.
 */
export function slope(
  samples: readonly { readonly junk: number; readonly bytes: number }[],
): number {
  const settled = samples.slice(Math.floor((2 * samples.length) / 5));
  const slopes = settled.flatMap((one, index) =>
    settled
      .slice(index + 1)
      .map((other) => (other.bytes - one.bytes) / (other.junk - one.junk)),
  );
  slopes.sort((one, other) => one - other);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}

/** What of the result breaks a bound. */
export function brokenBounds(result: FloodResult): readonly string[] {
  const { unknownKidCooldownSeconds } = KEY_SET_COOLDOWNS;
  const slopeBytes = result.bytesPerThousandJunk;
  return [
    result.goodPassed < result.good && "a good token did not pass",
    result.misjudged > 0 && "junk was not refused as its kind",
    result.tableReadsForJunk > 0 && "junk reached the table",
    // A clock that adds up hundredths of seconds is off by less than a millisecond.
    result.shortestPauseSeconds < unknownKidCooldownSeconds - 0.001 &&
      "the issuer was asked twice within a cool-down",
    slopeBytes !== undefined &&
      result.junk >= MIN_JUNK_FOR_MEMORY &&
      slopeBytes > MAX_BYTES_PER_THOUSAND_JUNK &&
      "memory grows with the junk",
  ].filter((bound) => bound !== false);
}
