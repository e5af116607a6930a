/**
 * Interleaved rounds: every contender once in each, beginning with another one each time, so that whatever disturbs
 * the machine hits all alike.
 */
import { median } from "../median.ts";

export interface Contender<Input> {
  readonly name: string;
  /** What it works on in this round. */
  readonly inputs: (round: number) => readonly Input[];
  readonly run: (input: Input) => unknown;
}

/** Of one contender. */
export interface Sample {
  readonly name: string;
  /** Wall time per input, one value per round. */
  readonly micros: readonly number[];
  /** Processor time of this process per input, all its threads. */
  readonly cpuMicros: readonly number[];
}

export interface Rounds {
  /** Run first and not counted: compiling and filling caches. */
  readonly warmUp: number;
  readonly counted: number;
}

export async function measureInRounds<Input>(
  contenders: readonly Contender<Input>[],
  { warmUp, counted }: Rounds,
): Promise<readonly Sample[]> {
  const samples = contenders.map(({ name }) => ({
    name,
    micros: [] as number[],
    cpuMicros: [] as number[],
  }));
  for (let round = 0; round < warmUp + counted; round += 1) {
    for (const index of rotate(contenders.length, round)) {
      const contender = contenders[index];
      if (contender === undefined) continue;
      const { micros, cpuMicros } = await time(
        contender.inputs(round),
        contender.run,
      );
      if (round < warmUp) continue;
      samples[index]?.micros.push(micros);
      samples[index]?.cpuMicros.push(cpuMicros);
    }
  }
  return samples;
}

async function time<Input>(
  inputs: readonly Input[],
  run: (input: Input) => unknown,
): Promise<{ readonly micros: number; readonly cpuMicros: number }> {
  const cpuBefore = process.cpuUsage();
  const startedAtMs = performance.now();
  for (const input of inputs) await run(input);
  const elapsedMs = performance.now() - startedAtMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    micros: (elapsedMs * 1_000) / inputs.length,
    cpuMicros: (user + system) / inputs.length,
  };
}

/** 0 to count − 1, beginning with another one each round. */
export function rotate(count: number, round: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => (index + round) % count);
}

/** The median of the rounds' own ratios: both values of each were taken under the same load. */
export function ratio(
  { micros }: Pick<Sample, "micros">,
  base: Pick<Sample, "micros">,
): number {
  return median(
    micros.map((value, round) => value / (base.micros[round] ?? NaN)),
  );
}
