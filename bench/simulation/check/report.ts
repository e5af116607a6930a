/** The comparison of the local run with the simulation, as text. */
import { markdownTable } from "../../markdown-table.ts";
import { type ComparedPhase, MEASURES } from "./counts.ts";

export function renderCheck(phases: readonly ComparedPhase[]): string {
  const differing = phases.filter((phase) => phase.differing.length > 0);
  return [
    markdownTable(
      ["local run / simulation", ...MEASURES],
      phases.map((phase) => [
        phase.name,
        ...MEASURES.map(
          (measure) => `${phase.local[measure]} / ${phase.simulated[measure]}`,
        ),
      ]),
    ),
    differing.length === 0
      ? "Every count is equal in every phase."
      : differing
          .map(
            (phase) =>
              `DIFFERENT: ${phase.name}: ${phase.differing.join(", ")}`,
          )
          .join("\n"),
  ].join("\n\n");
}
