import type { JSX } from "preact";
import type { MatrixCell, MatrixRow, MatrixView } from "../../api.ts";
import { ScrollBox } from "../parts/scroll-box.tsx";

const CELLS: Readonly<
  Record<MatrixCell, readonly [style: string, text: string]>
> = {
  allow: ["good", "✓ open"],
  deny: ["dim", "closed"],
  foreign: ["bad", "! open, foreign"],
  error: ["warn", "? unknown"],
};

/** Requests down, applications across. */
export function MatrixTable(props: {
  readonly matrix: MatrixView;
}): JSX.Element {
  const { requests, rows } = props.matrix;
  return (
    <ScrollBox label="Which application opens which request">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">Request</th>
            {rows.map((row) => (
              <th scope="col" key={`${row.tenantId} ${row.application}`}>
                <Heading row={row} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {requests.map(({ method, path }, index) => (
            <tr key={`${method} ${path}`}>
              <th scope="row">
                <code>
                  {method} {path}
                </code>
              </th>
              {rows.map((row) => {
                const [style, text] = CELLS[row.cells[index] ?? "error"];
                return (
                  <td key={`${row.tenantId} ${row.application}`} class={style}>
                    {text}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Heading(props: { readonly row: MatrixRow }): JSX.Element {
  const { tenantId, application, username, reason } = props.row;
  return (
    <>
      {tenantId === "" ? "no record" : tenantId}
      <small>{application}</small>
      {username !== undefined && <small>as {username}</small>}
      {reason !== undefined && <small class="warn">{reason}</small>}
    </>
  );
}
