/**
 * With several allowed origins the CDK writes a Velocity template that echoes the second and later ones. It is the
 * one such template we know; any other is refused rather than half understood.
 */
import { templateError } from "../template-properties.ts";

const CDK_CORS_TEMPLATE = new RegExp(
  [
    String.raw`^#set\(\$origin = \$input\.params\(\)\.header\.get\("Origin"\)\)`,
    String.raw`#if\(\$origin == ""\)`,
    String.raw`#set\(\$origin = \$input\.params\(\)\.header\.get\("origin"\)\)`,
    "#end",
    String.raw`#if\((.+)\)`,
    String.raw`#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)`,
    "#end$",
  ].join(String.raw`\s*`),
);

/** The origins that the template echoes; none without a template. */
export function parseCorsTemplate(
  template: unknown,
  where: string,
): readonly string[] {
  if (template === undefined || template === "") return [];
  const [, condition] =
    typeof template === "string"
      ? (CDK_CORS_TEMPLATE.exec(template.trim()) ?? [])
      : [];
  const origins = condition
    ?.split(" || ")
    .map((part) => /^\$origin == "([^"]*)"$/.exec(part)?.[1]);
  if (!origins?.every((origin) => origin !== undefined)) {
    throw templateError(where, "this response template is not emulated");
  }
  return origins;
}
