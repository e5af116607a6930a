import { type StackProps, Tags, Token } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Tags by their keys. */
export type ResourceTags = NonNullable<StackProps["tags"]>;

/** Tags every resource below that can carry tags. */
export function tagResources(scope: IConstruct, tags: ResourceTags): void {
  for (const [key, value] of Object.entries(tags)) {
    Tags.of(scope).add(key, value);
  }
}

/** What the services of this stack take alike. */
const MAX_TAGS = 50;
const KEY = /^[\p{L}\p{N} _.:/=+@-]{1,128}$/u;
const VALUE = /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u;

export function findTagProblems(
  tags: ResourceTags,
): readonly (string | undefined)[] {
  const keys = Object.keys(tags);
  // IAM takes keys that differ in letter case for the same one.
  const repeated = keys.find((key, index) =>
    keys.slice(0, index).some((k) => k.toLowerCase() === key.toLowerCase()),
  );
  return [
    keys.length > MAX_TAGS
      ? `there are ${keys.length} tags: a resource takes ${MAX_TAGS}`
      : undefined,
    repeated === undefined
      ? undefined
      : `the tag ${JSON.stringify(repeated)} stands twice, in different letter case`,
    ...Object.entries(tags).map(([key, value]) => findTagProblem(key, value)),
  ];
}

function findTagProblem(key: string, value: string): string | undefined {
  if (/^aws:/i.test(key)) {
    return `the tag ${JSON.stringify(key)} begins with aws:, which AWS keeps for itself`;
  }
  if (!KEY.test(key)) {
    return `the tag key ${JSON.stringify(key)} must be 1 to 128 letters, digits, spaces or _ . : / = + - @`;
  }
  return Token.isUnresolved(value) || VALUE.test(value)
    ? undefined
    : `the value of the tag ${JSON.stringify(key)} must be up to 256 letters, digits, spaces or _ . : / = + - @`;
}
