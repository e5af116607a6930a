import type { ComponentChildren, JSX } from "preact";

/** What is wider than a phone scrolls in here and not with the page; reachable with the keyboard. */
export function ScrollBox(props: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="scroll" role="group" aria-label={props.label} tabIndex={0}>
      {props.children}
    </div>
  );
}
