/**
 * `npm run bench:cold`: from the start of a process to its first decision, over a stand-in for Lambda's runtime, with
 * issuer and table on the loopback, both over TLS. Builds take turns, so that noise meets all of them alike.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ColdOptions, HELP, parseColdOptions } from "./cold/options.ts";
import {
  type JourneyRow,
  type StartRow,
  describeJourneys,
  describeStarts,
  describeTimeline,
  rowsOf,
} from "./cold/report.ts";
import {
  type Moment,
  countRoundTrips,
  timelineOf,
} from "./cold/round-trips.ts";
import {
  type Start,
  buildRuntime,
  startFunction,
  startScript,
} from "./cold/start.ts";
import { type Subject, buildSubjects } from "./cold/subjects.ts";
import { type Surroundings, startSurroundings } from "./cold/surroundings.ts";
import { describeMachine, writeResult } from "./results.ts";
import { PROJECT_ROOT } from "../lib/function-bundle.ts";

type Starter = () => Promise<Start>;

/** One start of each per round. The first round, which fills the disk's cache, does not count. */
async function takeTurns(
  rounds: number,
  starters: ReadonlyMap<string, Starter>,
): Promise<ReadonlyMap<string, readonly Start[]>> {
  const starts = new Map<string, Start[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, start] of starters) {
      const taken = await start();
      if (round > 0) starts.set(name, [...(starts.get(name) ?? []), taken]);
    }
  }
  return starts;
}

async function compareStarts(
  { starts }: ColdOptions,
  { subjects, surroundings, startIn, limit }: Comparison,
): Promise<readonly StartRow[]> {
  const [place] = surroundings;
  const bundle = join(limit, "../no-prewarm/index.mjs");
  const importing = { ...place.variables, AWS_REGION: "eu-central-1" };
  const taken = await takeTurns(
    starts,
    new Map<string, Starter>([
      ["limit", () => startScript(limit)],
      ["import", () => startScript(bundle, importing)],
      ...subjects.map((subject): [string, Starter] => [
        subject.name,
        () => startIn(place, subject),
      ]),
    ]),
  );
  const labels = new Map([
    ["limit", "limit: a process that imports node:https"],
    ["import", "a process that imports the authorizer's bundle"],
    ...subjects.map(({ name, label }): [string, string] => [name, label]),
  ]);
  return rowsOf(labels, taken);
}

async function compareJourneys(
  { journeys, roundTripMs }: ColdOptions,
  { subjects, surroundings, startIn }: Comparison,
): Promise<{
  readonly roundTrips: readonly JourneyRow[];
  readonly timeline: readonly Moment[];
}> {
  const [, near, far] = surroundings;
  const travellers = subjects.filter(({ travels }) => travels);
  const taken = await takeTurns(
    journeys,
    new Map(
      travellers.flatMap((subject): [string, Starter][] => [
        [`near ${subject.name}`, () => startIn(near, subject)],
        [`far ${subject.name}`, () => startIn(far, subject)],
      ]),
    ),
  );
  const of = (name: string): readonly Start[] => taken.get(name) ?? [];
  return {
    roundTrips: travellers.map(({ name, label }) => ({
      ...{ name, label },
      ...countRoundTrips(of(`near ${name}`), of(`far ${name}`), roundTripMs),
    })),
    timeline: timelineOf(of("far product")),
  };
}

interface Comparison {
  readonly subjects: readonly Subject[];
  /** With nothing in between, with a relay that takes no time, and with one that takes a round trip. */
  readonly surroundings: readonly [Surroundings, Surroundings, Surroundings];
  readonly startIn: (place: Surroundings, subject: Subject) => Promise<Start>;
  /** The file of the bare script. */
  readonly limit: string;
}

async function compare(folder: string, options: ColdOptions): Promise<void> {
  const { roundTripMs } = options;
  const runtime = buildRuntime(folder);
  const limit = join(folder, "limit.mjs");
  writeFileSync(limit, 'import "node:https";\n');
  const surroundings = [
    await startSurroundings(folder),
    await startSurroundings(folder, 0),
    await startSurroundings(folder, roundTripMs),
  ] as const;
  try {
    const subjects = await buildSubjects(folder);
    const comparison: Comparison = {
      ...{ subjects, surroundings, limit },
      startIn: (place, subject) => startFunction(runtime, subject, place),
    };
    const rows = await compareStarts(options, comparison);
    console.log(`${describeStarts(rows)}\n`);
    const { roundTrips, timeline } = await compareJourneys(options, comparison);
    console.log(`${describeJourneys(roundTrips)}\n`);
    console.log(`The authorizer, a round trip taking ${roundTripMs} ms:\n`);
    console.log(`${describeTimeline(timeline)}\n`);
    const { cpu, cores, node } = describeMachine();
    const versions = Object.fromEntries(
      VERSIONS.map((name) => [name, readInstalledVersion(name)]),
    );
    console.log(`Node ${node}, ${cores} × ${cpu}; ${JSON.stringify(versions)}`);
    writeResult("cold", {
      command: "npm run bench:cold",
      ...{ versions, options, rows, roundTrips, timeline },
    });
  } finally {
    for (const place of surroundings) place.close();
  }
}

const VERSIONS = [
  "@aws-sdk/client-dynamodb",
  "aws-jwt-verify",
  "esbuild",
  "jsonwebtoken",
  "jwks-rsa",
] as const;

const options = parseColdOptions(process.argv.slice(2));
if (options === undefined) {
  console.log(HELP);
} else {
  const folder = mkdtempSync(join(tmpdir(), "bench-cold-"));
  try {
    await compare(folder, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readInstalledVersion(name: string): string {
  const file = join(PROJECT_ROOT, "node_modules", name, "package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly version: string;
  };
  return version;
}
