import type { JSX } from "preact";
import type { ConsoleState, FunctionState } from "../../api.ts";
import { postJson } from "../call-api.ts";
import { Panel } from "../parts/panel.tsx";
import { Problem } from "../parts/problem.tsx";
import { ScrollBox } from "../parts/scroll-box.tsx";
import { useAction } from "../use-action.ts";
import { KeyList } from "./key-list.tsx";
import { ServiceSwitch } from "./service-switch.tsx";

/** Posts, and shows the state after it. */
export type Switch = (path: string, body?: object) => void;

/** What a drill takes away, slows down or replaces. */
export function SwitchesPanel(props: {
  readonly state: ConsoleState | undefined;
  readonly onChange: () => Promise<void>;
}): JSX.Element {
  const action = useAction();
  const { state } = props;
  const flip: Switch = (path, body) => {
    action.run(async () => {
      await postJson(path, body);
      await props.onChange();
    });
  };
  return (
    <Panel id="switches" title="Switches for drills">
      <Problem text={action.problem} />
      {state !== undefined && (
        <ul class="cards">
          <li>
            <ServiceSwitch
              name="issuer"
              title="Issuer"
              hint="Down: tokens signed with a key that the function knows go on working; a new key cannot be fetched."
              state={state.issuer}
              flip={flip}
            />
          </li>
          <li>
            <ServiceSwitch
              name="table"
              title="Tenant table"
              hint="Down: a tenant that was seen before is let in for minutes, any other gets 503."
              state={state.table}
              flip={flip}
            />
          </li>
          <li>
            <KeyList keys={state.keys} flip={flip} />
          </li>
          <li>
            <Functions functions={state.functions} flip={flip} />
          </li>
        </ul>
      )}
    </Panel>
  );
}

function Functions(props: {
  readonly functions: readonly FunctionState[];
  readonly flip: Switch;
}): JSX.Element {
  return (
    <>
      <h3>Functions</h3>
      <ScrollBox label="Functions">
        <table>
          <thead>
            <tr>
              <th scope="col">Function</th>
              <th scope="col" class="number">
                Warm
              </th>
              <th scope="col" class="number">
                Cold
              </th>
              <th scope="col" class="number">
                Invoked
              </th>
            </tr>
          </thead>
          <tbody>
            {props.functions.map((one) => (
              <tr key={one.name}>
                <th scope="row">{withoutHash(one.name)}</th>
                <td class="number">{one.environments}</td>
                <td class="number">{one.coldStarts}</td>
                <td class="number">{one.invocations}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p class="hint">
        Killed, they forget keys and records; the next request starts cold.
      </p>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            props.flip("/api/functions/recycle");
          }}
        >
          Kill the warm functions
        </button>
      </div>
    </>
  );
}

/** A logical id ends with eight digits that tell a reader nothing. */
function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, "");
}
