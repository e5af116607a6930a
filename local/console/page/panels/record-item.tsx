import { Fragment, type JSX } from "preact";
import type { RecordView } from "../../api.ts";

const STYLES: Readonly<Record<string, string>> = {
  active: "good",
  suspended: "warn",
};

/** One row of the table, as it stands. */
export function RecordItem(props: {
  readonly record: RecordView;
  readonly tenantClaim: string;
}): JSX.Element {
  const { key, application, status, routes, attributes } = props.record;
  return (
    <div class="record">
      <p class="title">
        <span class={`badge ${STYLES[status] ?? "bad"}`}>
          {status === "" ? "no status" : status}
        </span>{" "}
        {application ?? "an application the issuer does not know"}
      </p>
      <dl>
        <dt>{props.tenantClaim}</dt>
        <dd>{key}</dd>
        <dt>routes</dt>
        <dd>
          {routes.length === 0 ? (
            "none of its own"
          ) : (
            <ul>
              {routes.map((route) => (
                <li key={route}>{route}</li>
              ))}
            </ul>
          )}
        </dd>
        {attributes.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}
