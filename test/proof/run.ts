/** `npm run proof -- [--pairs N] [--seed S]`: the compiler against the plain reading of the routes. */
import { parseArgs } from "node:util";
import { runProof } from "./proof.ts";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "200000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
const pairs = Number(values.pairs);
const seed = Number(values.seed);
if (!Number.isSafeInteger(pairs) || pairs < 1 || !Number.isSafeInteger(seed)) {
  console.error("expected whole numbers: --pairs 200000 --seed 1");
  process.exit(2);
}

const result = runProof(pairs, seed);
const { disagreements, ...totals } = result;
for (const [name, value] of Object.entries({ seed, ...totals })) {
  console.log(`${name.padEnd(16)} ${value}`);
}
console.log(`${"disagreements".padEnd(16)} ${disagreements.length}`);
for (const disagreement of disagreements.slice(0, 5)) {
  console.log(JSON.stringify(disagreement).slice(0, 1_000));
}
// A run that saw only refusals, or only small policies, would prove little.
const isTelling =
  totals.allowed > totals.pairs / 50 &&
  totals.compact > 0 &&
  totals.overBudget < totals.records / 50;
if (!isTelling) console.error("the run allowed too little to prove anything");
process.exitCode = disagreements.length === 0 && isTelling ? 0 : 1;
