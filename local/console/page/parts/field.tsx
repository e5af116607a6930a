import type { JSX } from "preact";
import { useId } from "preact/hooks";

/** A control with its label. The control is not inside the label, or its options would be part of its name. */
export function Field(props: {
  readonly label: string;
  readonly size?: "short" | "long";
  readonly children: (id: string) => JSX.Element;
}): JSX.Element {
  const id = useId();
  return (
    <div class={`field ${props.size ?? ""}`}>
      <label for={id}>{props.label}</label>
      {props.children(id)}
    </div>
  );
}
