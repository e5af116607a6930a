import type { JSX } from "preact";
import type { PublishedKey } from "../../api.ts";
import { ScrollBox } from "../parts/scroll-box.tsx";
import type { Switch } from "./switches-panel.tsx";

const USES: Readonly<Record<PublishedKey["use"], string>> = {
  signing: "signs",
  next: "signs next",
  retired: "retired, still published",
};

/** The issuer's published keys, and which of them signs. */
export function KeyList(props: {
  readonly keys: readonly PublishedKey[];
  readonly flip: Switch;
}): JSX.Element {
  return (
    <>
      <h3>Signing keys</h3>
      <ScrollBox label="Signing keys">
        <table>
          <thead>
            <tr>
              <th scope="col">kid</th>
              <th scope="col">Use</th>
              <th scope="col">
                <span class="unseen">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {props.keys.map(({ kid, use }) => (
              <tr key={kid}>
                <th scope="row">
                  <code>{kid}</code>
                </th>
                <td>{USES[use]}</td>
                <td>
                  {use === "retired" && (
                    <button
                      type="button"
                      onClick={() => {
                        props.flip("/api/keys/revoke", { kid });
                      }}
                    >
                      Revoke<span class="unseen"> {kid}</span>
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p class="hint">
        Rotated, the next published key signs; tokens of the old one stay good
        until it is revoked and the function fetches the keys again.
      </p>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            props.flip("/api/keys/rotate");
          }}
        >
          Rotate the signing key
        </button>
      </div>
    </>
  );
}
