/** The parts of docs/performance.md that are written from results, each under the name of its block in the page. */
import {
  describeJourneys,
  describeStarts,
  describeTimeline,
} from "../cold/report.ts";
import {
  describeLatencies,
  describeMemoryRows,
  describeTraffic,
} from "../load/report.ts";
import { type Cell, markdownTable } from "../markdown-table.ts";
import { renderSimulation } from "../simulation/report.ts";
import { describeAims } from "./describe-aims.ts";
import { describeProvenance } from "./provenance.ts";
import type {
  BundleResult,
  CostResult,
  PolicyResult,
  Results,
  WarmResult,
} from "./results.ts";

type Section = (results: Results) => string;

/** What `render` makes of one result, under a line that says where it comes from. */
function section<Name extends keyof Results>(
  name: Name,
  render: (result: NonNullable<Results[Name]>) => string,
): Section {
  return (results) => {
    const result = results[name];
    if (result === undefined) return "Not measured yet.";
    return `${describeProvenance(result)}.\n\n${render(result)}`;
  };
}

/** A new block needs an entry here and its two markers in the page. */
export const SECTIONS: Readonly<Record<string, Section>> = {
  aims: describeAims,
  warm: section("warm", describeDecisions),
  scale: section("warm", describeScale),
  cold: section("cold", ({ rows, options }) =>
    [
      `${options.starts} starts each, in turns; medians.`,
      describeStarts(rows),
    ].join("\n\n"),
  ),
  "round-trips": section("cold", ({ roundTrips, timeline, options }) =>
    [
      `${options.journeys} starts each; a round trip takes ${options.roundTripMs} ms.`,
      describeJourneys(roundTrips),
      "The authorizer's way to its first decision, at that distance:",
      describeTimeline(timeline),
    ].join("\n\n"),
  ),
  policy: section("policy", describePolicy),
  bundle: section("bundle", describeBundle),
  cost: section("cost", describeCost),
  load: section("load", (result) =>
    [
      describeTraffic(result),
      describeLatencies(result),
      describeMemoryRows(result),
    ].join("\n\n"),
  ),
  simulation: section("simulation", renderSimulation),
};

function describeDecisions({ rows }: WarmResult): string {
  return markdownTable(
    ["", "µs", "CPU µs", "× raw", "× aws-jwt-verify"],
    rows.map((row) => [
      row.name,
      row.micros.toFixed(1),
      row.cpuMicros.toFixed(1),
      row.timesRaw.toFixed(2),
      row.timesLibrary.toFixed(2),
    ]),
  );
}

function describeScale({ scale }: WarmResult): string {
  return markdownTable(
    ["", "µs", "× raw", "× the first of its kind"],
    scale.map((row) => [
      row.name,
      row.micros.toFixed(1),
      row.timesRaw.toFixed(2),
      row.timesFirst.toFixed(2),
    ]),
  );
}

function describePolicy({ rows }: PolicyResult): string {
  return markdownTable(
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
  );
}

function describeBundle(result: BundleResult): string {
  const { bytes, gzipBytes, budgetBytes, rows } = result;
  return [
    `${bytes} bytes, ${gzipBytes} compressed; ${budgetBytes - bytes} left of ${budgetBytes}.`,
    markdownTable(
      ["package", "bytes", "share", "files"],
      rows.map((row) => [
        row.name,
        row.bytes,
        `${(row.share * 100).toFixed(1)} %`,
        row.files,
      ]),
    ),
  ].join("\n\n");
}

function describeCost({ workload, prices, rows }: CostResult): string {
  const millions = (value: number): string => (value / 1e6).toFixed(2);
  const regions = Map.groupBy(rows, ({ region }) => region);
  return [
    `${millions(workload.requests)} million requests a month from ${millions(workload.tokens)} million tokens, each in use for ${workload.activeSeconds} s; answers kept for ${workload.ttlSeconds} s; ${workload.flushes} flushes a month; prices of ${prices.date}, to be checked by the reader (bench/cost/prices.ts has the sources).`,
    ...[...regions].flatMap(([region, own]) => [
      `Dollars a month in ${region}; the gateway itself costs ${(own[0]?.bill.gateway ?? 0).toFixed(0)} in each row:`,
      markdownTable(
        [
          "design",
          "kept answers",
          "million invocations",
          "Lambda",
          "reads",
          "logs",
          "authorizer",
          "× ours",
        ],
        own.map(({ design, quantities, bill, ratio }): readonly Cell[] => [
          design,
          `${(quantities.hitRatio * 100).toFixed(1)} %`,
          millions(quantities.invocations),
          bill.lambda.toFixed(2),
          bill.reads.toFixed(2),
          bill.logs.toFixed(2),
          bill.authorizer.toFixed(2),
          ratio.toFixed(2),
        ]),
      ),
    ]),
    [...new Map(rows.map(({ design, note }) => [design, note]))]
      .map(([design, note]) => `- ${design}: ${note}`)
      .join("\n"),
  ].join("\n\n");
}
