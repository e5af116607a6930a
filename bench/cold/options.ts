import { parseArgs } from "node:util";

export interface ColdOptions {
  /** Of each, for the table of CPU and wall time. */
  readonly starts: number;
  /** Of each, near and far, for the count of round trips. */
  readonly journeys: number;
  readonly roundTripMs: number;
}

export const HELP = `npm run bench:cold -- [options]

  --starts N       starts of each build (default 25)
  --journeys N     starts of each build at each distance (default 9)
  --round-trip N   milliseconds to issuer and table and back (default 50)`;

/** @returns nothing when help is asked for */
export function parseColdOptions(
  args: readonly string[],
): ColdOptions | undefined {
  const option = (fallback: string) =>
    ({ type: "string", default: fallback }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      starts: option("25"),
      journeys: option("9"),
      "round-trip": option("50"),
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const count = (name: "starts" | "journeys" | "round-trip"): number => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value > 0) return value;
    throw new Error(`--${name} must be a whole number above 0`);
  };
  return {
    starts: count("starts"),
    journeys: count("journeys"),
    roundTripMs: count("round-trip"),
  };
}
