import { parseArgs } from "node:util";

export interface LoadOptions {
  /** Of measurement, after the warm-up. */
  readonly minutes: number;
  /** Before it: caches and logs with a bound fill, and the engine compiles what is hot. */
  readonly warmUpSeconds: number;
  /** Requests under way at a time. */
  readonly connections: number;
  /** Requests per second; without it each connection sends its next request as soon as it has its answer. */
  readonly rate: number | undefined;
  /** How long the gateway keeps an answer. Short, so that the authorizer has work. */
  readonly ttlSeconds: number;
  /** Of the random numbers that draw the requests. */
  readonly seed: number;
}

export const HELP = `npm run bench:load -- [options]

  --minutes N        minutes of measurement (default 3)
  --warm-up N        seconds before it (default 60)
  --connections N    requests under way at a time (default 4)
  --rate N           requests per second (default: the next as soon as one is answered)
  --ttl N            seconds the gateway keeps an answer, 1 to 3600 (default 2)
  --seed N           of the requests' order (default 1)`;

/** @returns nothing when help is asked for */
export function parseLoadOptions(
  args: readonly string[],
): LoadOptions | undefined {
  const option = (fallback: string) =>
    ({ type: "string", default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: option("3"),
      "warm-up": option("60"),
      connections: option("4"),
      rate: { type: "string" },
      ttl: option("2"),
      seed: option("1"),
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const count = (name: "warm-up" | "connections" | "rate" | "ttl" | "seed") => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value > 0) return value;
    throw new Error(`--${name} must be a whole number above 0`);
  };
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && Number.isFinite(minutes))) {
    throw new Error("--minutes must be a number above 0");
  }
  const ttlSeconds = count("ttl");
  if (ttlSeconds > MAX_TTL_SECONDS) {
    throw new Error(`--ttl must be at most ${MAX_TTL_SECONDS}, the gateway's`);
  }
  return {
    minutes,
    warmUpSeconds: count("warm-up"),
    connections: count("connections"),
    rate: values.rate === undefined ? undefined : count("rate"),
    ttlSeconds,
    seed: count("seed"),
  };
}

const MAX_TTL_SECONDS = 3_600;
