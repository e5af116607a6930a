import type { JSX } from "preact";
import type { StepName, StepState, TravelStep } from "../../api.ts";
import { formatMs } from "../format.ts";

const NAMES: Readonly<Record<StepName, string>> = {
  token: "Raw checks",
  signature: "Signature",
  claims: "Claims",
  record: "Tenant record",
  policy: "Rules and policy",
  gateway: "Gateway and cache",
  backend: "Backend",
};

const STATES: Readonly<
  Record<StepState, readonly [symbol: string, text: string]>
> = {
  passed: ["✓", "passed"],
  failed: ["✕", "failed here"],
  kept: ["■", "keeps the refusal"],
  skipped: ["↷", "skipped"],
  not_reached: ["–", "not reached"],
  unknown: ["?", "unknown"],
};

/** The request's way, step by step. */
export function TravelList(props: {
  readonly steps: readonly TravelStep[];
}): JSX.Element {
  return (
    <ol class="travel" aria-label="The request’s way">
      {props.steps.map(({ name, state, note, durationMs }) => {
        const [symbol, text] = STATES[state];
        return (
          <li key={name} class={state}>
            <span class="symbol" aria-hidden="true">
              {symbol}
            </span>
            <span class="step">{NAMES[name]}</span>
            <span class="state">{text}</span>
            <span class="told">{note}</span>
            <span class="time">
              {durationMs === undefined ? "" : formatMs(durationMs)}
            </span>
          </li>
        );
      })}
    </ol>
  );
}
