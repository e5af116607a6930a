import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { CurlView, RequestInput } from "../../api.ts";
import { postJson } from "../call-api.ts";
import { CodeBlock } from "../parts/code-block.tsx";
import { Problem } from "../parts/problem.tsx";
import { useAction } from "../use-action.ts";

/** The same request for a shell. Only here the page gets to see the token, and only when asked to. */
export function CurlBlock(props: {
  readonly input: RequestInput;
}): JSX.Element {
  const [command, setCommand] = useState<string>();
  const action = useAction();
  const show = async (): Promise<void> => {
    const view = await postJson<CurlView>("/api/curl", props.input);
    setCommand(view.command);
    // A browser may refuse; the line is there to be copied by hand.
    await navigator.clipboard.writeText(view.command).catch(() => undefined);
  };
  return (
    <div>
      <button
        type="button"
        onClick={() => {
          action.run(show);
        }}
      >
        Copy as curl, token included
      </button>
      <Problem text={action.problem} />
      {command !== undefined && <CodeBlock label="curl" text={command} />}
    </div>
  );
}
