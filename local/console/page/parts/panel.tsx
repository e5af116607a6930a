import type { ComponentChildren, JSX } from "preact";

/** A part of the page with a heading of its own, to be reached from the top. */
export function Panel(props: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const headingId = `${props.id}-heading`;
  return (
    <section id={props.id} class="panel" aria-labelledby={headingId}>
      <h2 id={headingId}>{props.title}</h2>
      {props.children}
    </section>
  );
}
