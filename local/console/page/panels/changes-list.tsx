import type { JSX } from "preact";
import type { AccessChange, ChangeKind } from "../../api.ts";
import { formatSeconds, formatTime } from "../format.ts";

const DONE: Readonly<Record<ChangeKind, string>> = {
  suspend: "suspended",
  resume: "resumed",
  log_out: "everyone logged out",
};

/** What was changed of one tenant, the latest first. That is read out while it is watched. */
export function ChangesList(props: {
  readonly changes: readonly AccessChange[];
}): JSX.Element {
  const [latest, ...earlier] = props.changes;
  return (
    <>
      <div role="status">{latest && <Change change={latest} />}</div>
      {earlier.length > 0 && (
        <details>
          <summary>Earlier changes ({earlier.length})</summary>
          {earlier.map((change) => (
            <Change key={change.id} change={change} />
          ))}
        </details>
      )}
    </>
  );
}

function Change(props: { readonly change: AccessChange }): JSX.Element {
  const { change, state, writtenAtMs, records } = props.change;
  return (
    <p class={`note ${state === "seen" ? "good" : "warn"}`}>
      <strong>
        {DONE[change]} at {formatTime(writtenAtMs)}
      </strong>
      , {records === 1 ? "1 record" : `${records} records`}.{" "}
      {describe(props.change)}
    </p>
  );
}

function describe(change: AccessChange): string {
  const { state, answerBefore, answerNow, note } = change;
  const flush =
    change.flushedAfterMs === undefined
      ? ""
      : `Cache emptied after ${formatSeconds(change.flushedAfterMs)}. `;
  const probe = `${change.probe ?? ""}: ${answerBefore ?? ""} before`;
  switch (state) {
    case "waiting":
      return `${flush}${probe}, ${answerNow ?? "…"} now. Waiting for that to change …`;
    case "seen":
      return `${flush}${probe}, ${answerNow ?? ""} after ${formatSeconds(change.effectAfterMs ?? 0)}.`;
    case "not_seen":
      return `${flush}${probe}; ${note ?? ""}.`;
    case "not_watched":
      return `Not watched: ${note ?? ""}.`;
  }
}
