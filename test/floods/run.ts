/** `npm run flood -- [--tokens N] [--seed S]`: prints the figures; exits with 1 when a bound is broken. */
import { parseArgs } from "node:util";
import { brokenBounds, runFlood } from "./flood.ts";

const { values } = parseArgs({
  options: {
    // With fewer, what the engine compiles and keeps of our code is still part of the slope.
    tokens: { type: "string", default: "300000" },
    seed: { type: "string", default: "1" },
  },
});
const tokens = Number(values.tokens);
const seed = Number(values.seed);
if (
  !Number.isSafeInteger(tokens) ||
  tokens < 100 ||
  !Number.isSafeInteger(seed)
) {
  console.error("expected whole numbers, --tokens at least 100");
  process.exit(2);
}
const { gc } = globalThis;
if (gc === undefined) {
  console.error(
    "memory is measured after garbage collection: run npm run flood",
  );
  process.exit(2);
}

const startedAt = performance.now();
const result = await runFlood({
  tokens,
  seed,
  collectGarbage: () => {
    gc();
  },
});
const seconds = (performance.now() - startedAt) / 1_000;

const figures: readonly (readonly [string, string | number])[] = [
  ["junk tokens", result.junk],
  ["refused as their kind", result.junk - result.misjudged],
  ["good tokens between them", result.good],
  ["passed", result.goodPassed],
  ["virtual time", `${result.virtualSeconds} s`],
  ["key fetches", result.fetches],
  ["shortest pause between two", `${result.shortestPauseSeconds.toFixed(2)} s`],
  ["table reads for junk", result.tableReadsForJunk],
  [
    "memory per 1,000 junk tokens",
    `${Math.round(result.bytesPerThousandJunk ?? 0)} bytes`,
  ],
  ...Object.entries(result.microsecondsPerToken).map(
    ([kind, microseconds]) =>
      [`to refuse: ${kind}`, `${microseconds} µs`] as const,
  ),
  [
    "real time",
    `${seconds.toFixed(1)} s, seed ${seed}, Node ${process.version}`,
  ],
];
for (const [name, value] of figures) {
  console.log(`${name.padEnd(30)} ${value}`);
}
const broken = brokenBounds(result);
for (const bound of broken) console.log(`✗ ${bound}`);
process.exitCode = broken.length === 0 ? 0 : 1;
