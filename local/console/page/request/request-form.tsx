import type { JSX } from "preact";
import type { TenantsView } from "../../api.ts";
import { Field } from "../parts/field.tsx";
import { METHODS, type Draft } from "./draft.ts";
import { TokenFields } from "./token-fields.tsx";

export interface RequestFormProps {
  readonly draft: Draft;
  readonly tenants: TenantsView;
  readonly isBusy: boolean;
  readonly onChange: (draft: Draft) => void;
  readonly onSend: () => void;
  readonly onSendWithNewToken: () => void;
}

export function RequestForm(props: RequestFormProps): JSX.Element {
  const { draft, tenants, onChange } = props;
  const paths = new Set(tenants.samples.map(({ path }) => path));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        props.onSend();
      }}
    >
      <TokenFields draft={draft} tenants={tenants} onChange={onChange} />
      <div class="fields">
        <Field label="Method" size="short">
          {(id) => (
            <select
              id={id}
              value={draft.method}
              onChange={({ currentTarget }) => {
                onChange({ ...draft, method: currentTarget.value });
              }}
            >
              {METHODS.map((method) => (
                <option key={method}>{method}</option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Path" size="long">
          {(id) => (
            <input
              id={id}
              type="text"
              list="sample-paths"
              value={draft.path}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              onInput={({ currentTarget }) => {
                onChange({ ...draft, path: currentTarget.value });
              }}
            />
          )}
        </Field>
        <datalist id="sample-paths">
          {[...paths].map((path) => (
            <option key={path} value={path} />
          ))}
        </datalist>
        <button type="submit" class="main" aria-disabled={props.isBusy}>
          Send
        </button>
      </div>
      <details>
        <summary>Headers and body</summary>
        <div class="fields">
          <Field label="Headers, one “Name: value” a line" size="long">
            {(id) => (
              <textarea
                id={id}
                rows={3}
                value={draft.headers}
                spellcheck={false}
                onInput={({ currentTarget }) => {
                  onChange({ ...draft, headers: currentTarget.value });
                }}
              />
            )}
          </Field>
          <Field label="Body" size="long">
            {(id) => (
              <textarea
                id={id}
                rows={3}
                value={draft.body}
                spellcheck={false}
                onInput={({ currentTarget }) => {
                  onChange({ ...draft, body: currentTarget.value });
                }}
              />
            )}
          </Field>
        </div>
      </details>
      <p class="hint">
        The token is used again as long as its fields stay the same, so that the
        gateway’s cache can answer.{" "}
        <button type="button" class="link" onClick={props.onSendWithNewToken}>
          Send with a new token
        </button>
      </p>
    </form>
  );
}
