/**
 * Gateway response bodies and access-log formats: API Gateway substitutes variables in them and does nothing else
 * (no VTL). A directive, a reference of another kind or a misspelt variable is refused at start.
 */
import {
  isContextVariable,
  type ContextVariables,
} from "./context-variables.ts";
import { templateError } from "./template-properties.ts";

export interface SubstitutionScope {
  readonly variables: ContextVariables;
  readonly stageVariables: Readonly<Record<string, string>>;
}

export type SubstitutionTemplate = (
  scope: SubstitutionScope,
  /** What becomes of each value, and of a variable that has none. */
  render: (value: string | undefined) => string,
) => string;

const REFERENCE =
  /\$(context|stageVariables)\.([A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)/g;
/** What Velocity would act on: directives, comments, and any other reference. */
const VELOCITY = /#(?:[a-z@{#*[])|\$!?\{?[A-Za-z]/i;

export function parseSubstitutionTemplate(
  template: string,
  where: string,
): SubstitutionTemplate {
  const leftover = VELOCITY.exec(template.replace(REFERENCE, ""));
  if (leftover !== null) {
    throw templateError(
      where,
      `only $context.… and $stageVariables.… are substituted, found "${leftover[0]}"`,
    );
  }
  for (const [, kind, name = ""] of template.matchAll(REFERENCE)) {
    if (kind === "context" && !isContextVariable(name)) {
      throw templateError(where, `there is no variable $context.${name}`);
    }
  }
  return ({ variables, stageVariables }, render) =>
    template.replace(REFERENCE, (_, kind: string, name: string) => {
      const values = kind === "context" ? variables : stageVariables;
      return render(Object.hasOwn(values, name) ? values[name] : undefined);
    });
}
