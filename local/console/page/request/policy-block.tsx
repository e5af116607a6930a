import type { JSX } from "preact";
import type { PolicyView } from "../../api.ts";
import { formatCount, formatJson } from "../format.ts";
import { CodeBlock } from "../parts/code-block.tsx";

/** The policy that judged the request, statement by statement. */
export function PolicyBlock(props: {
  readonly policy: PolicyView;
}): JSX.Element {
  const { policy } = props;
  const size = `${formatCount(policy.bytes)} of ${formatCount(policy.maxBytes)} bytes`;
  return (
    <details>
      <summary>Policy, {size}</summary>
      <progress
        max={policy.maxBytes}
        value={policy.bytes}
        aria-label="Size of the policy"
      >
        {size}
      </progress>
      <p>{describeDecision(policy)}</p>
      {statementsOf(policy.document).map((statement, index) => (
        <div key={index} class={index === policy.statement ? "decided" : ""}>
          <h4>
            Statement {index + 1}
            {index === policy.statement && ", which decided"}
          </h4>
          <CodeBlock
            label={`Statement ${index + 1}`}
            text={formatJson(statement)}
          />
        </div>
      ))}
    </details>
  );
}

function describeDecision(policy: PolicyView): string {
  const { verdict, statement, unmetStatement, resource } = policy;
  if (statement === undefined) {
    return unmetStatement === undefined
      ? "No statement covers the request: what nothing allows is denied."
      : `Statement ${unmetStatement + 1} covers the request, but its condition no longer holds.`;
  }
  const does = verdict === "allow" ? "allows" : "denies";
  const by = resource === undefined ? "" : `, by ${resource}`;
  return `Statement ${statement + 1} ${does} the request${by}`;
}

function statementsOf(document: unknown): readonly unknown[] {
  const statements =
    typeof document === "object" && document !== null && "Statement" in document
      ? document.Statement
      : document;
  return Array.isArray(statements) ? statements : [statements];
}
