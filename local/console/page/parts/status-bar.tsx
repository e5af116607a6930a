import type { JSX } from "preact";
import type { ConsoleState, ServiceState } from "../../api.ts";

const SECTIONS = [
  ["request", "Request"],
  ["tenants", "Tenants"],
  ["cache", "Cache"],
  ["matrix", "Matrix"],
  ["switches", "Switches"],
] as const;

/** Where one is, and how the run is; it stays in sight. */
export function StatusBar(props: {
  readonly state: ConsoleState | undefined;
}): JSX.Element {
  const { state } = props;
  return (
    <header>
      <h1>Local run</h1>
      <nav aria-label="Sections">
        <ul>
          {SECTIONS.map(([id, name]) => (
            <li key={id}>
              <a href={`#${id}`}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      <ul class="chips" aria-label="State">
        {state === undefined ? (
          <li>connecting</li>
        ) : (
          <>
            <Service name="issuer" state={state.issuer} />
            <Service name="table" state={state.table} />
            <li>
              cache {state.cachedAnswers}
              <span class="unseen"> kept answers</span>
            </li>
          </>
        )}
      </ul>
    </header>
  );
}

function Service(props: {
  readonly name: string;
  readonly state: ServiceState;
}): JSX.Element {
  const { isUp, delayMs } = props.state;
  const style = !isUp ? "bad" : delayMs > 0 ? "warn" : "good";
  const slow = delayMs > 0 ? `, slow by ${delayMs} ms` : "";
  return (
    <li class={style}>
      {props.name} {isUp ? "up" : "down"}
      {slow}
    </li>
  );
}
