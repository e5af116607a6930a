/** `GetResources`: what the API consists of, as the template says. */
import {
  findString,
  getString,
  propertiesOf,
} from "../gateway/template-properties.ts";
import { attributeOf } from "../stack-identifiers.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";

/** `Resource` in the API reference of API Gateway, as far as a template has it. */
export interface ApiResource {
  readonly id: string;
  readonly parentId?: string;
  readonly pathPart?: string;
  readonly path: string;
  readonly resourceMethods?: Readonly<Record<string, ApiMethod>>;
}

export interface ApiMethod {
  readonly httpMethod: string;
  readonly authorizationType: string;
  readonly authorizerId?: string | undefined;
  readonly apiKeyRequired: boolean;
}

/** Every resource of every REST API of the template, by the API's id. */
export function listApiResources(
  stack: SynthesizedStack,
): ReadonlyMap<string, readonly ApiResource[]> {
  const methods = Map.groupBy(
    resourcesOfType(stack, "AWS::ApiGateway::Method").map(propertiesOf),
    (method) => getString(method, "ResourceId"),
  );
  const children = Map.groupBy(
    resourcesOfType(stack, "AWS::ApiGateway::Resource").map((resource) => ({
      id: attributeOf(resource, "Ref", stack),
      parentId: getString(propertiesOf(resource), "ParentId"),
      pathPart: getString(propertiesOf(resource), "PathPart"),
    })),
    ({ parentId }) => parentId,
  );
  return new Map(
    resourcesOfType(stack, "AWS::ApiGateway::RestApi").map((restApi) => {
      const id = attributeOf(restApi, "RootResourceId", stack);
      return [
        attributeOf(restApi, "Ref", stack),
        [{ id, path: "/", ...methodsOf(id) }, ...below(id, "")],
      ];
    }),
  );

  function below(parentId: string, parentPath: string): ApiResource[] {
    return (children.get(parentId) ?? []).flatMap((child) => {
      const path = `${parentPath}/${child.pathPart}`;
      return [
        { ...child, path, ...methodsOf(child.id) },
        ...below(child.id, path),
      ];
    });
  }

  function methodsOf(resourceId: string): Pick<ApiResource, "resourceMethods"> {
    const found = methods.get(resourceId);
    if (found === undefined) return {};
    const entries = found.map((method) => {
      const httpMethod = getString(method, "HttpMethod");
      return [
        httpMethod,
        {
          httpMethod,
          authorizationType: findString(method, "AuthorizationType") ?? "NONE",
          authorizerId: findString(method, "AuthorizerId"),
          apiKeyRequired: findString(method, "ApiKeyRequired") === "true",
        },
      ] as const;
    });
    return { resourceMethods: Object.fromEntries(entries) };
  }
}
