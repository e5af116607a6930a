/** Whether a warm decision costs more where a record has more routes, or the function knows more tenants. */
import { MAX_CACHED_TENANTS } from "../../lambda/authorizer/adapters/tenant-cache.ts";
import { median } from "../median.ts";
import type { Decide } from "./handler.ts";
import { clientWith } from "./loopback.ts";
import type { Peer } from "./peers.ts";
import { type Contender, measureInRounds, ratio } from "./rounds.ts";
import { type PreparedToken, prepareToken } from "./tokens.ts";

const ROUNDS = { warmUp: 10, counted: 25 };
const TOKENS_PER_ROUND = 100;
const ROUTES = [1, 10, 20, 60] as const;
const TENANTS = [1, 1_000, MAX_CACHED_TENANTS, 10_000] as const;
const CACHED_SECONDS = 3_600;

export interface ScaleRow {
  readonly name: string;
  readonly micros: number;
  readonly timesRaw: number;
  /** Against the smallest of its kind. */
  readonly timesFirst: number;
}

type LoadHandler = (tenantCacheSeconds: number) => Promise<Decide>;

export async function measureScale(
  issuer: string,
  [raw]: readonly Peer[],
  loadHandler: LoadHandler,
): Promise<readonly ScaleRow[]> {
  if (raw === undefined) throw new Error("there is nothing to compare with");
  const byRoutes = await loadHandler(CACHED_SECONDS);
  const contenders: Contender<PreparedToken>[] = [
    {
      name: raw.name,
      inputs: tokensOf(issuer, () => clientWith(10, 0)),
      run: raw.verify,
    },
    ...ROUTES.map((count) => ({
      name: count === 1 ? "1 route" : `${count} routes`,
      inputs: tokensOf(issuer, () => clientWith(count, 0)),
      run: byRoutes,
    })),
  ];
  for (const count of TENANTS) {
    const clientOf = (index: number): string =>
      clientWith(10, (index * STRIDE) % count);
    contenders.push({
      name:
        count > MAX_CACHED_TENANTS
          ? `${count} tenants in turn, more than are kept`
          : `${count} tenant${count === 1 ? "" : "s"} in turn`,
      inputs: tokensOf(issuer, clientOf),
      run: await loadFilled(issuer, count, loadHandler),
    });
  }

  const [limit, ...samples] = await measureInRounds(contenders, ROUNDS);
  if (limit === undefined) throw new Error("nothing was measured");
  return samples.map((sample, index) => ({
    name: sample.name,
    micros: median(sample.micros),
    timesRaw: ratio(sample, limit),
    timesFirst: ratio(
      sample,
      samples[index < ROUTES.length ? 0 : ROUTES.length] ?? sample,
    ),
  }));
}

/** So that neighbours in time are not neighbours in the cache; prime to every number of tenants. */
const STRIDE = 7_919;

function tokensOf(
  issuer: string,
  clientOf: (index: number) => string,
): (round: number) => readonly PreparedToken[] {
  const rounds = Array.from(
    { length: ROUNDS.warmUp + ROUNDS.counted },
    (_, round) =>
      Array.from({ length: TOKENS_PER_ROUND }, (__, index) =>
        prepareToken(issuer, clientOf(round * TOKENS_PER_ROUND + index)),
      ),
  );
  return (round) => rounds[round] ?? [];
}

/** A handler that has seen each of the tenants once. */
async function loadFilled(
  issuer: string,
  tenants: number,
  loadHandler: LoadHandler,
): Promise<Decide> {
  const decide = await loadHandler(CACHED_SECONDS);
  for (let index = 0; index < tenants; index += 1) {
    await decide(prepareToken(issuer, clientWith(10, index)));
  }
  return decide;
}
