/**
 * `npm run bench:policy`: what it costs to make a policy, and how large it is, against the number of routes. Once per
 * record and stage a policy is compiled; for each token it is only joined with the token's scopes and its expiry.
 */
import { parseTenantRecord } from "../lambda/core/tenant-record.ts";
import {
  MAX_POLICY_BYTES,
  compileRoutes,
  fitsBudget,
} from "../lambda/core/policy.ts";
import { RECORD_RULES, tenantItem } from "../test/support/records.ts";
import { CLIENT_ID } from "../test/support/tokens.ts";
import { markdownTable } from "./markdown-table.ts";
import { median } from "./median.ts";
import { describeMachine, writeResult } from "./results.ts";
import { SHAPES, routesOfShape } from "./policy/shapes.ts";
import { type Contender, measureInRounds } from "./warm/rounds.ts";

const COUNTS = [1, 2, 5, 10, 20, 60] as const;
const ROUNDS = { warmUp: 5, counted: 15 };
const RUNS = Array.from({ length: 20 }, (_, index) => index);
const VALID_UNTIL = 1_800_000_000;
const GRANTS = new Set(["read:orders", "write:orders"]);
const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};

const cases = SHAPES.flatMap((shape) =>
  COUNTS.map((count) => {
    const item = tenantItem({
      routes: { L: routesOfShape(shape, count).map((S) => ({ S })) },
    });
    const parse = () => {
      const parsed = parseTenantRecord(item, CLIENT_ID, RECORD_RULES);
      if (!parsed.ok) throw new Error("the record is broken");
      return parsed.tenant;
    };
    const { routes } = parse();
    const policy = compileRoutes(routes, STAGE);
    const steps = {
      parse,
      compile: () => compileRoutes(routes, STAGE),
      build: () => policy.build(GRANTS, VALID_UNTIL),
    };
    return { shape: shape.name, routes: count, policy, steps };
  }),
);

const STEPS = ["parse", "compile", "build"] as const;
const samples = await measureInRounds(
  cases.flatMap(({ steps }): readonly Contender<number>[] =>
    STEPS.map((step) => ({
      name: step,
      inputs: () => RUNS,
      run: steps[step],
    })),
  ),
  ROUNDS,
);

const rows = cases.map(({ shape, routes, policy }, index) => {
  const microsOf = (step: number): number =>
    median(samples[index * STEPS.length + step]?.micros ?? []);
  return {
    shape,
    routes,
    parseMicros: microsOf(0),
    compileMicros: microsOf(1),
    buildMicros: microsOf(2),
    bytes: policy.bytes,
    longestResource: policy.longestResource,
    fits: fitsBudget(policy),
  };
});

const { cpu, cores, node } = describeMachine();
console.log(
  `${cpu}, ${cores} cores, Node ${node}; budget ${MAX_POLICY_BYTES} bytes\n`,
);
console.log(
  markdownTable(
    [
      "routes",
      "of them",
      "parse record µs",
      "compile µs",
      "per token µs",
      "bytes",
    ],
    rows.map((row) => [
      row.shape,
      row.routes,
      row.parseMicros.toFixed(1),
      row.compileMicros.toFixed(1),
      row.buildMicros.toFixed(2),
      row.fits ? row.bytes : `over (${row.bytes})`,
    ]),
  ),
);
writeResult("policy", { command: "npm run bench:policy", versions: {}, rows });
