/**
 * `npm run bench:simulation`: how the authorizer behaves at a size that no machine on a desk can play for real, by a
 * simulated clock. The same seed gives the same figures.
 */
import { parseArgs } from "node:util";
import { writeResult } from "./results.ts";
import { describeAssumptions } from "./simulation/assumptions.ts";
import { measureEntrySizes } from "./simulation/memory.ts";
import { type Population, createPopulation } from "./simulation/population.ts";
import { QUOTA_LIMITS, findBreaks, judge } from "./simulation/quotas.ts";
import {
  type SimulationResult,
  renderSimulation,
} from "./simulation/report.ts";
import { listScenarios, listSweep } from "./simulation/scenarios.ts";
import { simulate } from "./simulation/simulate.ts";
import {
  type Adjustable,
  DEFAULT_SIZES,
  type Sizes,
  findSizeProblems,
} from "./simulation/sizes.ts";
import type { Summary } from "./simulation/summary.ts";

/** Option to size. */
const OPTIONS = {
  rate: "rate",
  minutes: "minutes",
  tenants: "tenants",
  tokens: "tokens",
  zipf: "zipfExponent",
  ttl: "ttlSeconds",
  changes: "changes",
  seed: "seed",
} as const satisfies Record<string, Adjustable>;

const HELP = `npm run bench:simulation -- [options]

${Object.entries(OPTIONS)
  .map(
    ([option, size]) =>
      `  --${option.padEnd(8)} N   ${size} (default ${DEFAULT_SIZES[size]})`,
  )
  .join("\n")}`;

/** @throws Error that names every option that makes no sense */
function parseSizes(): Sizes | undefined {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, text])),
      help: { type: "boolean" as const },
    },
  });
  if (values.help === true) return undefined;
  const given = Object.entries(OPTIONS).flatMap(([option, size]) => {
    const value = (values as Record<string, unknown>)[option];
    return value === undefined ? [] : [[size, Number(value)] as const];
  });
  const sizes = { ...DEFAULT_SIZES, ...Object.fromEntries(given) };
  const problems = findSizeProblems(sizes);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return sizes;
}

async function play(sizes: Sizes): Promise<SimulationResult> {
  // Tenants and tokens are the same in all of them.
  const population = createPopulation(sizes);
  const scenarios = [];
  for (const scenario of listScenarios(sizes)) {
    const summary = await report(scenario.name, scenario.sizes, population);
    scenarios.push({ ...scenario, summary, verdicts: judge(summary) });
  }
  const sweeps = [];
  for (const hasSnapshot of [true, false]) {
    const summaries = [];
    for (const size of listSweep({ ...sizes, hasSnapshot })) {
      const name = hasSnapshot ? "sweep, snapshot" : "sweep, no snapshot";
      summaries.push(await report(name, size, population));
    }
    sweeps.push({ hasSnapshot, summaries, breaks: findBreaks(summaries) });
  }
  return {
    assumptions: describeAssumptions(sizes),
    entrySizes: measureEntrySizes(),
    scenarios,
    sweeps,
  };
}

/** Says what is being played: the whole takes minutes. */
async function report(
  name: string,
  sizes: Sizes,
  population: Population,
): Promise<Summary> {
  const startedAtMs = performance.now();
  const summary = await simulate(sizes, population);
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  console.error(
    `${name}: ${sizes.rate} requests/s for ${sizes.minutes} min, played in ${seconds} s`,
  );
  return summary;
}

const sizes = parseSizes();
if (sizes === undefined) console.log(HELP);
else {
  const result = await play(sizes);
  console.log(`\n${renderSimulation(result)}`);
  writeResult("simulation", {
    command: "npm run bench:simulation",
    sizes,
    quotas: QUOTA_LIMITS,
    ...result,
  });
}
