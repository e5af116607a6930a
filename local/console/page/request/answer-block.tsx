import type { JSX } from "preact";
import type { ResponseView } from "../../api.ts";
import { formatBody } from "../format.ts";
import { CodeBlock } from "../parts/code-block.tsx";

/** What the client got. */
export function AnswerBlock(props: {
  readonly response: ResponseView;
}): JSX.Element {
  const { status, headers, body, isBodyCut } = props.response;
  return (
    <details>
      <summary>Answer: {status}, headers and body</summary>
      <CodeBlock
        label="Headers"
        text={headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
      />
      {body === "" ? (
        <p>The body is empty.</p>
      ) : (
        <CodeBlock label="Body" text={formatBody(body)} />
      )}
      {isBodyCut && <p>The rest of the body is not shown.</p>}
    </details>
  );
}
