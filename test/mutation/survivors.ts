/** Reads Stryker's reports and the list of survivors that somebody has looked at. */

export interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly status: string;
  /** The code and what it was changed to, each in one line and at most so long. */
  readonly change: string;
}

interface StrykerReport {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly mutants: readonly {
          readonly status: string;
          readonly replacement?: string;
          readonly location: { readonly start: Place; readonly end: Place };
        }[];
      }
    >
  >;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Longer code is cut: it has to be found again, not repeated. */
const MAX_LENGTH = 70;

/** The mutants of a mutation.json (mutation-testing-report-schema). */
export function readMutants(report: string): readonly Mutant[] {
  const { files } = JSON.parse(report) as StrykerReport;
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ status, replacement = "", location: { start, end } }) => ({
      file,
      line: start.line,
      status,
      change: `${inOneLine(slice(source, start, end))} → ${inOneLine(replacement)}`,
    })),
  );
}

/** Places count lines and columns from 1. */
function slice(source: string, start: Place, end: Place): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  return lines
    .map((line, index) =>
      line.slice(
        index === 0 ? start.column - 1 : 0,
        index === lines.length - 1 ? end.column - 1 : undefined,
      ),
    )
    .join("\n");
}

function inOneLine(code: string): string {
  const line = code.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}

/** The changes that docs/mutation-survivors.md lists, by file: a heading names the file, a list item the change. */
export function readSurvivorList(
  markdown: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const listed = new Map<string, Set<string>>();
  let changes = new Set<string>();
  for (const line of markdown.split("\n")) {
    const file = /^#+ `?(lambda\/[^`\s]+)/.exec(line)?.[1];
    if (file !== undefined) {
      changes = listed.get(file) ?? new Set();
      listed.set(file, changes);
    }
    const [, from, to] = /^- (`+ ?.+? ?`+) → (`+ ?.+? ?`+)$/.exec(line) ?? [];
    if (from !== undefined && to !== undefined) {
      changes.add(`${unquoted(from)} → ${unquoted(to)}`);
    }
  }
  return listed;
}

/** The content of a code span; backticks inside ask for more of them around, and a blank. */
function unquoted(span: string): string {
  return span.startsWith("``")
    ? span.replace(/^`+ ?/, "").replace(/ ?`+$/, "")
    : span.slice(1, -1);
}

export interface Score {
  readonly killed: number;
  readonly survived: number;
  readonly percent: number;
}

/** Killed of those that can be: a mutant that does not compile or was left out counts for nothing. */
export function scoreOf(mutants: readonly Mutant[]): Score {
  const count = (...statuses: readonly string[]): number =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  const killed = count("Killed", "Timeout");
  const survived = count("Survived", "NoCoverage");
  return { killed, survived, percent: (100 * killed) / (killed + survived) };
}

export function hasSurvived({ status }: Mutant): boolean {
  return status === "Survived" || status === "NoCoverage";
}
