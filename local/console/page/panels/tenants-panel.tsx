import type { JSX } from "preact";
import type {
  AccessChange,
  ChangeKind,
  TenantsView,
  TenantView,
} from "../../api.ts";
import { postJson } from "../call-api.ts";
import { Panel } from "../parts/panel.tsx";
import { Problem } from "../parts/problem.tsx";
import { useAction, type Action } from "../use-action.ts";
import { ChangesList } from "./changes-list.tsx";
import { RecordItem } from "./record-item.tsx";

const BUTTONS: readonly (readonly [ChangeKind, string])[] = [
  ["suspend", "Suspend"],
  ["resume", "Resume"],
  ["log_out", "Log out everyone"],
];

/** Who there is, and what the `tenants` command would do to them. */
export function TenantsPanel(props: {
  readonly tenants: TenantsView | undefined;
  readonly changes: readonly AccessChange[];
  readonly onChange: () => Promise<void>;
}): JSX.Element {
  const action = useAction();
  const { tenants } = props;
  return (
    <Panel id="tenants" title="Tenants">
      <Problem text={action.problem} />
      {tenants?.problem !== undefined && (
        <p class="note warn">
          The table was not read whole: {tenants.problem}. These are the rows
          that were last seen.
        </p>
      )}
      <ul class="cards">
        {tenants?.tenants.map((tenant) => (
          <li key={tenant.tenantId}>
            <Tenant
              tenant={tenant}
              tenantClaim={tenants.tenantClaim}
              changes={props.changes.filter(
                ({ tenantId }) => tenantId === tenant.tenantId,
              )}
              action={action}
              onChange={props.onChange}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Tenant(props: {
  readonly tenant: TenantView;
  readonly tenantClaim: string;
  readonly changes: readonly AccessChange[];
  readonly action: Action;
  readonly onChange: () => Promise<void>;
}): JSX.Element {
  const { tenantId, records } = props.tenant;
  const name = tenantId === "" ? "rows without a tenant id" : tenantId;
  const change = (kind: ChangeKind): void => {
    props.action.run(async () => {
      await postJson("/api/tenants/access", { tenantId, change: kind });
      await props.onChange();
    });
  };
  return (
    <>
      <h3>{name}</h3>
      {records.map((record) => (
        <RecordItem
          key={record.key}
          record={record}
          tenantClaim={props.tenantClaim}
        />
      ))}
      {tenantId !== "" && (
        <div class="buttons">
          {BUTTONS.map(([kind, text]) => (
            <button
              key={kind}
              type="button"
              aria-disabled={props.action.isBusy}
              onClick={() => {
                change(kind);
              }}
            >
              {text}
              <span class="unseen"> of {tenantId}</span>
            </button>
          ))}
        </div>
      )}
      <ChangesList changes={props.changes} />
    </>
  );
}
