/** Turns the template's API Gateway resources into what the gateway serves; everything is checked here, at start. */
import { attributeOf } from "../stack-identifiers.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";
import { createAccessLogRenderer, type RenderAccessLog } from "./access-log.ts";
import { createMethodBuilder, type ApiMethod } from "./api-methods.ts";
import type { UsagePlans } from "../usage-plans/usage-plans.ts";
import type { AuthorizerDependencies } from "./authorizer.ts";
import type { ApiIdentity } from "./context-variables.ts";
import {
  createGatewayResponses,
  type RenderGatewayResponse,
} from "./gateway-responses.ts";
import { createRouter, type FindRoute, type RouteResource } from "./router.ts";
import {
  findNested,
  findString,
  getString,
  getStringMap,
  propertiesOf,
  refuse,
  templateError,
  type Properties,
} from "./template-properties.ts";

export interface Stage {
  readonly identity: ApiIdentity;
  /** `arn:…:execute-api:region:account:apiId/stage`, to which a method ARN adds verb and path. */
  readonly arn: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly findRoute: FindRoute<ApiMethod>;
  readonly renderGatewayResponse: RenderGatewayResponse;
  readonly renderAccessLog: RenderAccessLog | undefined;
  /** Where the key of a request comes from. */
  readonly apiKeySource: ApiKeySource;
  readonly admit: UsagePlans["admit"];
}

export type ApiKeySource = "AUTHORIZER" | "HEADER";

export interface StageDependencies extends AuthorizerDependencies {
  readonly stack: SynthesizedStack;
  readonly usagePlans: UsagePlans;
}

type Api = Pick<Stage, "apiKeySource" | "findRoute" | "renderGatewayResponse">;

/** By stage name, which is the first path segment of every URL. */
export function buildStages(
  dependencies: StageDependencies,
): ReadonlyMap<string, Stage> {
  const { stack } = dependencies;
  const apis = buildApis(dependencies);
  const stages = new Map<string, Stage>();
  for (const resource of resourcesOfType(stack, "AWS::ApiGateway::Stage")) {
    const properties = propertiesOf(resource);
    refuse(properties, "CacheClusterEnabled", "CanarySetting");
    const apiId = getString(properties, "RestApiId");
    const api = apis.get(apiId);
    if (api === undefined) {
      throw templateError(properties.where, `there is no RestApi ${apiId}`);
    }
    const stageName = getString(properties, "StageName");
    if (stages.has(stageName)) {
      throw templateError(
        properties.where,
        `two APIs have a stage ${stageName}, and one port can serve only one of them`,
      );
    }
    const { region, account: accountId, partition } = stack;
    const deploymentId = findString(properties, "DeploymentId");
    stages.set(stageName, {
      ...api,
      identity: { apiId, accountId, region, stageName, deploymentId },
      arn: `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stageName}`,
      stageVariables: getStringMap(properties, "Variables"),
      renderAccessLog: buildAccessLog(properties),
      admit: dependencies.usagePlans.admit,
    });
  }
  return stages;
}

function buildAccessLog(stage: Properties): RenderAccessLog | undefined {
  const setting = findNested(stage, "AccessLogSetting");
  const format = setting && findString(setting, "Format");
  return format === undefined
    ? undefined
    : createAccessLogRenderer(format, stage.where);
}

function buildApis(dependencies: StageDependencies): ReadonlyMap<string, Api> {
  const { stack } = dependencies;
  const routes = Map.groupBy(
    buildResources(dependencies),
    ({ apiId }) => apiId,
  );
  const responses = Map.groupBy(
    resourcesOfType(stack, "AWS::ApiGateway::GatewayResponse").map(
      propertiesOf,
    ),
    (properties) => getString(properties, "RestApiId"),
  );
  return new Map(
    resourcesOfType(stack, "AWS::ApiGateway::RestApi").map((restApi) => {
      refuse(
        propertiesOf(restApi),
        "Body",
        "BodyS3Location",
        "MinimumCompressionSize",
        "Policy",
      );
      const apiId = attributeOf(restApi, "Ref", stack);
      return [
        apiId,
        {
          apiKeySource:
            findString(propertiesOf(restApi), "ApiKeySourceType") ===
            "AUTHORIZER"
              ? "AUTHORIZER"
              : "HEADER",
          findRoute: createRouter(routes.get(apiId) ?? []),
          renderGatewayResponse: createGatewayResponses(
            responses.get(apiId) ?? [],
          ),
        },
      ];
    }),
  );
}

type ApiResource = RouteResource<ApiMethod> & { readonly apiId: string };

function buildResources(
  dependencies: StageDependencies,
): readonly ApiResource[] {
  const { stack } = dependencies;
  const methods = Map.groupBy(
    resourcesOfType(stack, "AWS::ApiGateway::Method")
      .map(propertiesOf)
      .map(createMethodBuilder(dependencies)),
    ({ resourceId }) => resourceId,
  );
  const methodsOf = (resourceId: string): ReadonlyMap<string, ApiMethod> =>
    new Map(
      (methods.get(resourceId) ?? []).map(({ verb, method }) => [verb, method]),
    );
  const roots = resourcesOfType(stack, "AWS::ApiGateway::RestApi").map(
    (restApi): ApiResource => {
      const resourceId = attributeOf(restApi, "RootResourceId", stack);
      return {
        apiId: attributeOf(restApi, "Ref", stack),
        resourceId,
        parentId: undefined,
        pathPart: "",
        methods: methodsOf(resourceId),
      };
    },
  );
  const others = resourcesOfType(stack, "AWS::ApiGateway::Resource").map(
    (resource): ApiResource => {
      const properties = propertiesOf(resource);
      const resourceId = attributeOf(resource, "Ref", stack);
      return {
        apiId: getString(properties, "RestApiId"),
        resourceId,
        parentId: getString(properties, "ParentId"),
        pathPart: getString(properties, "PathPart"),
        methods: methodsOf(resourceId),
      };
    },
  );
  return [...roots, ...others];
}
