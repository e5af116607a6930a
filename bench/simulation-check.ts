/**
 * `npm run bench:simulation:check`: the same requests on the local run and in the simulation. Ends with 1 when a count
 * differs. What it cannot show: requests at a time, and how long anything takes.
 */
import { writeResult } from "./results.ts";
import { compare } from "./simulation/check/counts.ts";
import { playLocally } from "./simulation/check/play-locally.ts";
import { renderCheck } from "./simulation/check/report.ts";
import { replay } from "./simulation/check/replay.ts";
import { buildSchedule } from "./simulation/check/schedule.ts";

const schedule = buildSchedule(1);
console.log(
  `Plays ${schedule.phases.length} phases on the local run: about two minutes.\n`,
);
const { played, counts } = await playLocally(schedule);
const phases = compare(
  schedule.phases.map(({ name }) => name),
  counts,
  await replay(schedule, played),
);
console.log(renderCheck(phases));
const isEqual = phases.every(({ differing }) => differing.length === 0);
writeResult("simulation-check", {
  command: "npm run bench:simulation:check",
  isEqual,
  phases,
});
process.exitCode = isEqual ? 0 : 1;
