import type { JSX } from "preact";
import { ScrollBox } from "./scroll-box.tsx";

/** Text as it came, whatever stands in it. */
export function CodeBlock(props: {
  readonly label: string;
  readonly text: string;
}): JSX.Element {
  return (
    <ScrollBox label={props.label}>
      <pre>{props.text}</pre>
    </ScrollBox>
  );
}
