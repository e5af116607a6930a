import type { JSX } from "preact";
import type { CacheEntry, ConsoleState } from "../../api.ts";
import { postJson } from "../call-api.ts";
import { formatCount, formatCountdown, formatTime } from "../format.ts";
import { Panel } from "../parts/panel.tsx";
import { Problem } from "../parts/problem.tsx";
import { ScrollBox } from "../parts/scroll-box.tsx";
import { useAction } from "../use-action.ts";

/** What the gateway keeps, and for how long yet. */
export function CachePanel(props: {
  readonly state: ConsoleState | undefined;
  readonly onChange: () => Promise<void>;
}): JSX.Element {
  const action = useAction();
  const { state } = props;
  const entries = state?.cache.toReversed() ?? [];
  return (
    <Panel id="cache" title="The gateway’s cache">
      <p>
        Per token, the gateway keeps the policy, not the verdict: every request
        is judged anew. A changed row empties it; so far that has{" "}
        {describeFlushes(state)}.
      </p>
      <Problem text={action.problem} />
      {entries.length === 0 ? (
        <p class="hint">It is empty.</p>
      ) : (
        <ScrollBox label="Kept answers">
          <table>
            <thead>
              <tr>
                <th scope="col">Token</th>
                <th scope="col">Tenant</th>
                <th scope="col">Policy</th>
                <th scope="col" class="number">
                  Age
                </th>
                <th scope="col">Left</th>
                <th scope="col" class="number">
                  Hits
                </th>
                <th scope="col" class="number">
                  Bytes
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry
                  key={entry.fingerprint}
                  entry={entry}
                  nowMs={state?.nowMs ?? 0}
                />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {state !== undefined && state.cachedAnswers > entries.length && (
        <p class="hint">
          These are the latest {entries.length} of {state.cachedAnswers}.
        </p>
      )}
      <button
        type="button"
        aria-disabled={action.isBusy}
        onClick={() => {
          action.run(async () => {
            await postJson("/api/cache/flush");
            await props.onChange();
          });
        }}
      >
        Empty the cache
      </button>
    </Panel>
  );
}

function describeFlushes(state: ConsoleState | undefined): string {
  if (state?.lastFlushAtMs === undefined) return "not happened";
  const times = state.flushes === 1 ? "once" : `${state.flushes} times`;
  return `happened ${times}, last at ${formatTime(state.lastFlushAtMs)}`;
}

function Entry(props: {
  readonly entry: CacheEntry;
  readonly nowMs: number;
}): JSX.Element {
  const { entry, nowMs } = props;
  const leftMs = entry.expiresAtMs - nowMs;
  const left = formatCountdown(leftMs);
  return (
    <tr>
      <th scope="row">
        <code>{entry.fingerprint}</code>
      </th>
      <td>{entry.tenantId}</td>
      <td>{entry.isAllow ? "opens its routes" : (entry.reason ?? "denies")}</td>
      <td class="number">{formatCountdown(nowMs - entry.storedAtMs)}</td>
      <td>
        <progress
          max={entry.expiresAtMs - entry.storedAtMs}
          value={Math.max(leftMs, 0)}
          aria-label="Remaining life"
        />{" "}
        {left}
      </td>
      <td class="number">{entry.hits}</td>
      <td class="number">{formatCount(entry.policyBytes)}</td>
    </tr>
  );
}
