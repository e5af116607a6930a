import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { MatrixView } from "../../api.ts";
import { postJson } from "../call-api.ts";
import { Panel } from "../parts/panel.tsx";
import { Problem } from "../parts/problem.tsx";
import { useAction } from "../use-action.ts";
import { MatrixTable } from "./matrix-table.tsx";

/** Whose token opens what. */
export function MatrixPanel(): JSX.Element {
  const [matrix, setMatrix] = useState<MatrixView>();
  const action = useAction();
  return (
    <Panel id="matrix" title="Tenants × routes">
      <p>
        For every application a fresh token is made and the authorizer is asked
        directly, past the gateway: the cache stays as it is, and the function
        counts the invocations. The gateway’s evaluator judges the requests that
        the records’ routes speak of.
      </p>
      <button
        type="button"
        aria-disabled={action.isBusy}
        onClick={() => {
          action.run(async () => {
            setMatrix(await postJson<MatrixView>("/api/matrix"));
          });
        }}
      >
        {action.isBusy ? "Asking …" : "Ask for all"}
      </button>
      <Problem text={action.problem} />
      <div role="status">
        {matrix !== undefined && <Findings matrix={matrix} />}
      </div>
      {matrix !== undefined && (
        <>
          <MatrixTable matrix={matrix} />
          <Omissions matrix={matrix} />
        </>
      )}
    </Panel>
  );
}

function Findings(props: { readonly matrix: MatrixView }): JSX.Element {
  const { rows, requests } = props.matrix;
  const findings = rows.flatMap(({ tenantId, cells }) =>
    requests.flatMap(({ method, path, tenantIds }, index) =>
      cells[index] === "foreign"
        ? [
            `${tenantId} opens ${method} ${path}, which only routes of ${tenantIds.join(", ")} name`,
          ]
        : [],
    ),
  );
  return findings.length === 0 ? (
    <p class="note good">No tenant opens what another tenant’s routes name.</p>
  ) : (
    <div class="note bad">
      <strong>Finding:</strong>
      <ul>
        {[...new Set(findings)].map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
    </div>
  );
}

function Omissions(props: { readonly matrix: MatrixView }): JSX.Element | null {
  const { omittedApplications, omittedRequests } = props.matrix;
  if (omittedApplications + omittedRequests === 0) return null;
  return (
    <p class="note warn">
      Left out, because there are too many: {omittedApplications} applications
      and {omittedRequests} requests.
    </p>
  );
}
