/** Builds one AWS::ApiGateway::Method: who may call it, and what answers. */
import { attributeOf } from "../stack-identifiers.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";
import { parseAuthorizerSettings } from "./authorizer-settings.ts";
import {
  createAuthorizer,
  type Authorize,
  type AuthorizerDependencies,
} from "./authorizer.ts";
import { createBinaryTypeCheck } from "./binary-media-types.ts";
import { createHttpProxyIntegration } from "./integrations/http-proxy.ts";
import type { Integrate } from "./integrations/integration.ts";
import { createLambdaProxyIntegration } from "./integrations/lambda-proxy.ts";
import { createMockIntegration } from "./integrations/mock.ts";
import {
  findNested,
  findNumber,
  findString,
  getList,
  getString,
  propertiesOf,
  refuse,
  templateError,
  type Properties,
} from "./template-properties.ts";

export interface ApiMethod {
  /** `undefined` for a method that is open to all. */
  readonly authorizer: MethodAuthorizer | undefined;
  /** Whether a request must have a key of a usage plan of the stage. */
  readonly apiKeyRequired: boolean;
  readonly integrate: Integrate;
}

export interface MethodAuthorizer {
  readonly authorizerId: string;
  readonly authorize: Authorize;
}

export interface BuiltMethod {
  readonly resourceId: string;
  /** Or `ANY`. */
  readonly verb: string;
  readonly method: ApiMethod;
}

export function createMethodBuilder(
  dependencies: AuthorizerDependencies & { readonly stack: SynthesizedStack },
): (properties: Properties) => BuiltMethod {
  const { stack, invokeFunction, timeoutMs } = dependencies;
  const authorizers = buildAuthorizers();
  const binaryMediaTypes = new Map(
    resourcesOfType(stack, "AWS::ApiGateway::RestApi").map((restApi) => [
      attributeOf(restApi, "Ref", stack),
      getList(propertiesOf(restApi), "BinaryMediaTypes").map(String),
    ]),
  );

  return (properties) => {
    refuse(properties, "RequestValidatorId");
    return {
      resourceId: getString(properties, "ResourceId"),
      verb: getString(properties, "HttpMethod"),
      method: {
        authorizer: findAuthorizer(properties),
        apiKeyRequired: findString(properties, "ApiKeyRequired") === "true",
        integrate: buildIntegration(properties),
      },
    };
  };

  function buildAuthorizers(): ReadonlyMap<string, MethodAuthorizer> {
    const resources = resourcesOfType(stack, "AWS::ApiGateway::Authorizer");
    return new Map(
      resources.map((resource) => {
        const authorizerId = attributeOf(resource, "Ref", stack);
        const settings = parseAuthorizerSettings(propertiesOf(resource), stack);
        const authorize = createAuthorizer(settings, dependencies);
        return [authorizerId, { authorizerId, authorize }];
      }),
    );
  }

  function findAuthorizer(method: Properties): MethodAuthorizer | undefined {
    const type = findString(method, "AuthorizationType") ?? "NONE";
    if (type === "NONE") return undefined;
    const authorizer =
      type === "CUSTOM"
        ? authorizers.get(getString(method, "AuthorizerId"))
        : undefined;
    if (authorizer === undefined) {
      throw templateError(
        method.where,
        `AuthorizationType ${type} is not emulated, or its authorizer is not in this stack`,
      );
    }
    return authorizer;
  }

  function buildIntegration(method: Properties): Integrate {
    const integration = findNested(method, "Integration");
    if (integration === undefined) {
      throw templateError(method.where, "Integration is missing");
    }
    const type = getString(integration, "Type");
    const ownTimeoutMs =
      findNumber(integration, "TimeoutInMillis") ?? timeoutMs;
    const limitMs = Math.min(timeoutMs, ownTimeoutMs);
    switch (type) {
      case "AWS_PROXY":
        return createLambdaProxyIntegration(integration, {
          stack,
          invokeFunction,
          timeoutMs: limitMs,
          isBinaryType: createBinaryTypeCheck(
            binaryMediaTypes.get(getString(method, "RestApiId")) ?? [],
          ),
        });
      case "HTTP_PROXY":
        return createHttpProxyIntegration(integration, limitMs);
      case "MOCK":
        return createMockIntegration(integration);
      default:
        throw templateError(integration.where, `Type ${type} is not emulated`);
    }
  }
}
