/** Reads a deployed template: which function is the authorizer, and what its environment variables are. */
import { isJsonObject, own } from "../../../lambda/core/json.ts";
import { AUTHORIZER_ENV } from "./authorizer-settings.ts";

type Environment = Readonly<Record<string, unknown>>;

/** Those of the function that decides, and not of another that is told the table as well; empty when there is none. */
export function findAuthorizerEnvironment(templateBody: string): Environment {
  const resources = own(parseTemplate(templateBody), "Resources");
  if (!isJsonObject(resources)) return {};
  const environments = Object.values(resources).flatMap((resource) => {
    const variables = path(resource, "Properties", "Environment", "Variables");
    return path(resource, "Type") === "AWS::Lambda::Function" &&
      isJsonObject(variables)
      ? [variables]
      : [];
  });
  return (
    environments.find(
      (variables) =>
        Object.hasOwn(variables, AUTHORIZER_ENV.tenantTable) &&
        Object.hasOwn(variables, AUTHORIZER_ENV.issuers),
    ) ?? {}
  );
}

/** The logical id of `{ "Ref": … }`. */
export function findReference(value: unknown): string | undefined {
  const reference = isJsonObject(value) ? own(value, "Ref") : undefined;
  return typeof reference === "string" ? reference : undefined;
}

function parseTemplate(body: string): Readonly<Record<string, unknown>> {
  try {
    const template: unknown = JSON.parse(body);
    return isJsonObject(template) ? template : {};
  } catch {
    // A template in YAML is not the CDK's; what it would say of the function stays unknown.
    return {};
  }
}

function path(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (member, name) => (isJsonObject(member) ? own(member, name) : undefined),
    value,
  );
}
