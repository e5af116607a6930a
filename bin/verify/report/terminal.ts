import { printable } from "../../tenants/printable.ts";
import {
  type CheckReport,
  type Report,
  countVerdicts,
  limitsOf,
} from "./report.ts";

export const TERMINAL_COLUMNS = 80;
const MAX_FINDINGS = 8;

export type Paint = (
  style: "green" | "red" | "yellow" | "dim" | "bold",
  text: string,
) => string;

const CODES = { green: 32, red: 31, yellow: 33, dim: 2, bold: 1 } as const;

export function createPaint(isColoured: boolean): Paint {
  return (style, text) =>
    isColoured ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
}

const MARKS = {
  pass: ["green", "pass    "],
  fail: ["red", "FAIL    "],
  "not run": ["yellow", "not run "],
} as const;

/** One check, as soon as it is through: 80 columns wide. */
export function formatCheck(check: CheckReport, paint: Paint): string {
  const { id, verdict, proves, cases, seen, findings, expected } = check;
  const [style, mark] = MARKS[verdict];
  const lines = [
    `${paint(style, mark)}${paint("bold", id)}`,
    ...indent(`${proves}.`),
  ];
  if (verdict === "not run") lines.push(...indent(`why: ${seen}`));
  else {
    lines.push(
      ...indent(`${cases} answers: ${seen}`).map((line) => paint("dim", line)),
    );
  }
  if (findings.length > 0) {
    lines.push(...indent(`expected: ${expected}`));
    for (const finding of findings.slice(0, MAX_FINDINGS)) {
      lines.push(...indent(`- ${finding}`).map((line) => paint("red", line)));
    }
    const rest = findings.length - MAX_FINDINGS;
    if (rest > 0) {
      lines.push(
        ...indent(`and ${rest} more, all of them in --json and --html`),
      );
    }
  }
  return lines.join("\n");
}

export function formatObservations(report: Report, paint: Paint): string {
  const title =
    report.target.kind === "local"
      ? "Observed on the local gateway, which says nothing about AWS"
      : "Observed: what AWS does where its documents are silent";
  return [
    paint("bold", title),
    ...report.observations.flatMap(({ id, question, observed, meaning }) => [
      "",
      `observed: ${paint("bold", id)}`,
      ...indent(question),
      ...observed.flatMap((line) => indent(`- ${line}`)),
      ...indent(`so: ${meaning}`),
    ]),
  ].join("\n");
}

export function formatSummary(report: Report, paint: Paint): string {
  const counts = [
    `${countVerdicts(report, "pass")} passed`,
    `${countVerdicts(report, "fail")} failed`,
    `${countVerdicts(report, "not run")} not run`,
  ].join(", ");
  const seconds = Math.round(
    (Date.parse(report.endedAt) - Date.parse(report.startedAt)) / 1000,
  );
  const verdict = {
    pass: paint("green", "every check that ran has passed"),
    findings: paint("red", "there are findings"),
    incomplete: paint("yellow", "incomplete"),
  }[report.verdict];
  return [
    `${paint("bold", counts)}: ${verdict}`,
    ...report.faults.flatMap((fault) => indent(`- ${fault}`)),
    `${report.requests} requests in ${seconds} s`,
    "",
    ...limitsOf(report).flatMap((line) => wrap(line, TERMINAL_COLUMNS)),
  ].join("\n");
}

function indent(text: string): readonly string[] {
  return wrap(text, TERMINAL_COLUMNS - 8).map((line) => `        ${line}`);
}

/** At blanks, and inside a word that is longer than a line. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(" ")) {
    let rest = word;
    if (line !== "" && line.length + 1 + rest.length > columns) {
      lines.push(line);
      line = "";
    }
    while (rest.length > columns) {
      lines.push(rest.slice(0, columns));
      rest = rest.slice(columns);
    }
    line = line === "" ? rest : `${line} ${rest}`;
  }
  return [...lines, line];
}
