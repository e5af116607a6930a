/** The bundled handler and its peers over the same tokens, none of which any of them sees twice. */
import { median } from "../median.ts";
import type { Decide } from "./handler.ts";
import { clientWith } from "./loopback.ts";
import type { Peer } from "./peers.ts";
import { type Contender, measureInRounds, ratio } from "./rounds.ts";
import { type PreparedToken, copyOf, prepareToken } from "./tokens.ts";

const ROUNDS = { warmUp: 10, counted: 25 };
const TOKENS_PER_ROUND = 200;
const CLIENT = clientWith(10, 0);

export interface DecisionRow {
  readonly name: string;
  /** Median over the rounds. */
  readonly micros: number;
  readonly cpuMicros: number;
  /** Medians of the rounds' own ratios. */
  readonly timesRaw: number;
  readonly timesLibrary: number;
}

/** @param peers the raw verification first, aws-jwt-verify second */
export async function measurePeers(
  issuer: string,
  peers: readonly Peer[],
  loadHandler: (tenantCacheSeconds: number) => Promise<Decide>,
): Promise<readonly DecisionRow[]> {
  const rounds = Array.from({ length: ROUNDS.warmUp + ROUNDS.counted }, () =>
    Array.from({ length: TOKENS_PER_ROUND }, () =>
      prepareToken(issuer, CLIENT),
    ),
  );
  const distinct = (round: number): readonly PreparedToken[] =>
    rounds[round] ?? [];
  const again = prepareToken(issuer, CLIENT);
  const repeated = (): readonly PreparedToken[] =>
    Array.from({ length: TOKENS_PER_ROUND }, () => copyOf(again));

  const contenders: readonly Contender<PreparedToken>[] = [
    ...peers.map(({ name, verify }) => ({
      name,
      inputs: distinct,
      run: verify,
    })),
    {
      name: "the handler, record cached",
      inputs: distinct,
      run: await loadHandler(CACHED_SECONDS),
    },
    {
      name: "the handler, record read",
      inputs: distinct,
      run: await loadHandler(0),
    },
    {
      name: "the handler, one token repeated",
      inputs: repeated,
      run: await loadHandler(CACHED_SECONDS),
    },
  ];
  const samples = await measureInRounds(contenders, ROUNDS);
  const [raw, library] = samples;
  if (raw === undefined || library === undefined) {
    throw new Error("there is nothing to compare with");
  }
  return samples.map((sample) => ({
    name: sample.name,
    micros: median(sample.micros),
    cpuMicros: median(sample.cpuMicros),
    timesRaw: ratio(sample, raw),
    timesLibrary: ratio(sample, library),
  }));
}

/** Longer than the measurement. */
const CACHED_SECONDS = 3_600;
