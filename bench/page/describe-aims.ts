import { AIMS, type Figure, judge, showValue } from "./aims.ts";
import { describeProvenance } from "./provenance.ts";
import type { Results } from "./results.ts";

/** The aims with what is measured of each and the verdict, and below them where that comes from. */
export function describeAims(results: Results): string {
  const rows = AIMS.map(({ aim, script, figures }) => {
    const measured = figures(results);
    return [aim, describeFigures(measured), judge(measured), script];
  });
  const sources = [results.warm, results.cold, results.bundle, results.load]
    .filter((taken) => taken !== undefined)
    .map((taken) => `- ${describeProvenance(taken)}`);
  return [
    ["| aim | now | reached | by |", "| --- | --- | --- | --- |"]
      .concat(
        rows.map(
          ([aim = "", now = "", verdict = "", script = ""]) =>
            `| ${aim} | ${now} | ${verdict} | \`${script}\` |`,
        ),
      )
      .join("\n"),
    sources.join("\n"),
  ].join("\n\n");
}

/** Of many alike the worst says it all. */
function describeFigures(figures: readonly Figure[] | undefined): string {
  if (figures === undefined) return "–";
  return figures
    .map((figure) => [showValue(figure), figure.what].filter(Boolean).join(" "))
    .join("; ");
}
