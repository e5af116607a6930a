/** `npm run bench:cost`: what guarding a month of requests costs, beside other designs. Prices: bench/cost/prices.ts. */
import { parseArgs } from "node:util";
import { countQuantities, priceQuantities } from "./cost/bill.ts";
import { DESIGNS } from "./cost/designs.ts";
import { PRICES, PRICES_DATE, PRICE_SOURCES } from "./cost/prices.ts";
import {
  DEFAULT_WORKLOAD,
  MONTH_SECONDS,
  type Workload,
  findWorkloadProblems,
} from "./cost/workload.ts";
import { writeResult } from "./results.ts";

/** Option to input. */
const OPTIONS = {
  requests: "requests",
  tokens: "tokens",
  active: "activeSeconds",
  routes: "routesPerToken",
  ttl: "ttlSeconds",
  flushes: "flushes",
  "record-hits": "recordHitRatio",
  "warm-ms": "warmMs",
  "init-ms": "initMs",
  "cold-share": "coldShare",
  "jwks-ms": "jwksFetchMs",
  memory: "memoryMb",
  "log-bytes": "logBytes",
} as const satisfies Record<string, keyof Workload>;

const HELP = `npm run bench:cost -- [options]

${Object.entries(OPTIONS)
  .map(
    ([option, input]) =>
      `  --${option.padEnd(12)} N   ${input} (default ${DEFAULT_WORKLOAD[input]})`,
  )
  .join("\n")}`;

function parseWorkload(): Workload | undefined {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, text])),
      help: { type: "boolean" as const },
    },
  });
  if (values.help === true) return undefined;
  const given = Object.entries(OPTIONS).flatMap(([option, input]) => {
    const value = (values as Record<string, unknown>)[option];
    return value === undefined ? [] : [[input, Number(value)] as const];
  });
  const workload = { ...DEFAULT_WORKLOAD, ...Object.fromEntries(given) };
  const problems = findWorkloadProblems(workload);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return workload;
}

const dollars = (value: number): string => value.toFixed(2);
const millions = (value: number): string => (value / 1e6).toFixed(2);

function compare(workload: Workload): void {
  const rows = Object.values(PRICES).flatMap((prices) => {
    const bills = DESIGNS.map((design) => {
      const quantities = countQuantities(workload, design);
      const bill = priceQuantities(workload.requests, quantities, prices);
      return { design: design.name, note: design.note, quantities, bill };
    });
    const ours = bills[0]?.bill.authorizer ?? Number.NaN;
    return bills.map((row) => ({
      region: prices.region,
      ...row,
      ratio: row.bill.authorizer / ours,
    }));
  });

  const perToken = workload.requests / workload.tokens;
  console.log(
    `${millions(workload.requests)} million requests a month, ${millions(workload.tokens)} million tokens with ${perToken.toFixed(0)} requests in ${workload.activeSeconds} s each, TTL ${workload.ttlSeconds} s, ${workload.flushes} flushes a month`,
  );
  console.log(
    `Prices of ${PRICES_DATE}, to be checked by the reader:\n${PRICE_SOURCES.map((source) => `- ${source}`).join("\n")}`,
  );
  for (const region of Object.keys(PRICES)) {
    console.log(`\n${region}, dollars a month (quantities in millions)\n`);
    console.log(
      "| design | hits | invocations | read units | logs GB | JWKS/s | Lambda | reads | logs | authorizer | × ours | gateway |",
    );
    console.log(`| --- |${" ---: |".repeat(11)}`);
    for (const row of rows.filter((candidate) => candidate.region === region)) {
      const { quantities, bill } = row;
      const cells = [
        row.design,
        `${(quantities.hitRatio * 100).toFixed(1)} %`,
        millions(quantities.invocations),
        millions(quantities.readUnits),
        (quantities.logBytes / 1e9).toFixed(1),
        (quantities.jwksFetches / MONTH_SECONDS).toFixed(2),
        ...[bill.lambda, bill.reads, bill.logs, bill.authorizer].map(dollars),
        row.ratio.toFixed(2),
        dollars(bill.gateway),
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  }
  console.log(
    `\n${DESIGNS.map(({ name, note }) => `- ${name}: ${note}`).join("\n")}`,
  );
  writeResult("cost", {
    command: "npm run bench:cost",
    ...{ workload, prices: { date: PRICES_DATE, sources: PRICE_SOURCES } },
    rows,
  });
}

const workload = parseWorkload();
if (workload === undefined) console.log(HELP);
else compare(workload);
