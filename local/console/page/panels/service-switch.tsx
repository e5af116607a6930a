import type { JSX } from "preact";
import type { ServiceInput, ServiceState } from "../../api.ts";
import { Field } from "../parts/field.tsx";
import type { Switch } from "./switches-panel.tsx";

const DELAYS = [0, 500, 1_000, 2_000, 5_000];

/** Takes a service away, brings it back, or slows it down. */
export function ServiceSwitch(props: {
  readonly name: ServiceInput["service"];
  readonly title: string;
  readonly hint: string;
  readonly state: ServiceState;
  readonly flip: Switch;
}): JSX.Element {
  const { name, state, flip } = props;
  const set = (change: Omit<ServiceInput, "service">): void => {
    flip("/api/services", { service: name, ...change });
  };
  return (
    <>
      <h3>
        {props.title}{" "}
        <span class={`badge ${state.isUp ? "good" : "bad"}`}>
          {state.isUp ? "up" : "down"}
        </span>
      </h3>
      <p class="hint">{props.hint}</p>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            set({ isUp: !state.isUp });
          }}
        >
          {state.isUp ? `Take the ${name} down` : `Bring the ${name} back`}
        </button>
        <Field label={`Each answer of the ${name} later by`}>
          {(id) => (
            <select
              id={id}
              value={String(state.delayMs)}
              onChange={({ currentTarget }) => {
                set({ delayMs: Number(currentTarget.value) });
              }}
            >
              {[...new Set([...DELAYS, state.delayMs])].map((ms) => (
                <option key={ms} value={String(ms)}>
                  {ms} ms
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
    </>
  );
}
