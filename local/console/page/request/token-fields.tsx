import type { JSX } from "preact";
import type { ApplicationView, TenantsView } from "../../api.ts";
import { Field } from "../parts/field.tsx";
import {
  chooseApplication,
  TOKEN_KINDS,
  type Draft,
  type TokenKind,
} from "./draft.ts";

const KIND_NAMES: Readonly<Record<TokenKind, string>> = {
  good: "a good access token",
  tampered_signature: "tampered signature",
  expired: "expired an hour ago",
  other_audience: "issued for another API",
  id_token: "an ID token",
  unknown_application: "of an unknown application",
  alg_none: "alg: none",
  no_token: "no token at all",
  nonsense: "nonsense",
  pasted: "my own, pasted",
};

/** Whose token is sent, and what is wrong with it. */
export function TokenFields(props: {
  readonly draft: Draft;
  readonly tenants: TenantsView;
  readonly onChange: (draft: Draft) => void;
}): JSX.Element {
  const { draft, tenants, onChange } = props;
  const { applications } = tenants;
  const chosen = applications.find(({ id }) => id === draft.applicationId);
  return (
    <div class="fields">
      {draft.kind !== "pasted" && (
        <>
          <Field label="Application">
            {(id) => (
              <select
                id={id}
                value={draft.applicationId}
                onChange={({ currentTarget }) => {
                  onChange(
                    chooseApplication(draft, tenants, currentTarget.value),
                  );
                }}
              >
                {applications.map((application) => (
                  <option key={application.id} value={application.id}>
                    {nameOf(application)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="On behalf of">
            {(id) => (
              <select
                id={id}
                value={draft.username}
                onChange={({ currentTarget }) => {
                  onChange({ ...draft, username: currentTarget.value });
                }}
              >
                <option value="">itself (a machine)</option>
                {chosen?.users.map((username) => (
                  <option key={username} value={username}>
                    {username}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
      <Field label="Token">
        {(id) => (
          <select
            id={id}
            value={draft.kind}
            onChange={({ currentTarget }) => {
              const kind = TOKEN_KINDS.find(
                (one) => one === currentTarget.value,
              );
              onChange({ ...draft, kind: kind ?? "good" });
            }}
          >
            {TOKEN_KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {KIND_NAMES[kind]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {draft.kind === "pasted" && (
        <Field label="Your token" size="long">
          {(id) => (
            <input
              id={id}
              type="password"
              autocomplete="off"
              value={draft.pasted}
              onInput={({ currentTarget }) => {
                onChange({ ...draft, pasted: currentTarget.value });
              }}
            />
          )}
        </Field>
      )}
    </div>
  );
}

function nameOf({ name, tenantId }: ApplicationView): string {
  return tenantId === "" ? `${name} (no record)` : `${tenantId}: ${name}`;
}
