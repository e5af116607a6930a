import type { JSX } from "preact";

/** What went wrong, read out at once. */
export function Problem(props: {
  readonly text: string | undefined;
}): JSX.Element | null {
  if (props.text === undefined) return null;
  return (
    <p class="note bad" role="alert">
      {props.text}
    </p>
  );
}
