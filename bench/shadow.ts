/**
 * `npm run bench:shadow`: what a candidate in the shadow costs the function that decides. The candidate is the same
 * build. New tokens, so that each decision checks a signature and reads the table; table, issuer and function are
 * processes of this machine.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  buildEntry,
  createWorld,
  type ShadowedFunction,
} from "../test/lambda/authorizer-shadow/shadowed-function.ts";
import { median, percentile } from "./median.ts";
import { markdownTable } from "./markdown-table.ts";

const DECISIONS = 300;
/** Past the candidate's start. */
const WARM_UP = 40;

interface Subject {
  readonly name: string;
  readonly isPlain: boolean;
  /** Between one answer and the next event. With a pause the candidate is done before the next decision. */
  readonly pauseMs: number;
}

const SUBJECTS: readonly Subject[] = [
  { name: "without a shadow", isPlain: true, pauseMs: 0 },
  { name: "with one", isPlain: false, pauseMs: 0 },
  { name: "without a shadow, 10 ms apart", isPlain: true, pauseMs: 10 },
  { name: "with one, 10 ms apart", isPlain: false, pauseMs: 10 },
];

/** Milliseconds of each decision, all of its steps together. */
function decisionTimes({ lines }: ShadowedFunction): readonly number[] {
  return lines()
    .map(
      ({ stepsMs }) => stepsMs as Readonly<Record<string, number>> | undefined,
    )
    .filter((steps) => steps !== undefined)
    .map((steps) => Object.values(steps).reduce((sum, ms) => sum + ms, 0));
}

function largestMb({ stdout }: ShadowedFunction): number {
  const sizes = [...stdout().matchAll(/"rss":(\d+)/g)].map(([, size]) =>
    Number(size),
  );
  return Math.max(...sizes) / 2 ** 20;
}

const world = await createWorld();
const rows: string[][] = [];
try {
  for (const { name, isPlain, pauseMs } of SUBJECTS) {
    const running = await world.start({
      isPlain,
      environment: { CLOCK_TOLERANCE_SECONDS: "6" },
    });
    const tokens = Array.from({ length: WARM_UP + DECISIONS }, () =>
      running.sign(),
    );
    for (const [index, token] of tokens.entries()) {
      await running.decide(token);
      // The warm-up is never rushed: the candidate starts in it.
      const pause = index < WARM_UP ? 25 : pauseMs;
      if (pause > 0) await sleep(pause);
    }
    const times = decisionTimes(running).slice(WARM_UP);
    rows.push([
      name,
      median(times).toFixed(2),
      percentile(times, 99).toFixed(2),
      largestMb(running).toFixed(0),
      String(running.count("shadowAgreed")),
      String(running.count("shadowDropped")),
    ]);
    await running.stop();
  }
} finally {
  await world.close();
}

const header = ["", "median ms", "p99 ms", "MB", "judged alike", "dropped"];
console.log(`${DECISIONS} decisions each, after ${WARM_UP}.\n`);
console.log(markdownTable(header, rows));
const bytes = async (entry: string): Promise<number> =>
  Buffer.byteLength(await buildEntry(entry));
console.log(
  `\nbundle: ${await bytes("lambda/authorizer/handler.ts")} bytes without a shadow, ${await bytes("lambda/authorizer-shadow/handler.ts")} with`,
);
