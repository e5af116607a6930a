/**
 * What must hold of the whole API for the authorizer to mean anything, looked at when the app is synthesized and
 * every method is known.
 */
import { Reference, Stack, Token, Tokenization } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import type { IConstruct } from "constructs";

export function findApiProblems(
  api: apigateway.RestApi,
  authorizer: apigateway.TokenAuthorizer,
): string[] {
  const restApi = api.node.defaultChild;
  if (!(restApi instanceof apigateway.CfnRestApi)) {
    return ["the API's methods cannot be seen: pass a RestApi of this app"];
  }
  return [
    ...findUnseenMethods(restApi),
    ...findUnguardedMethods(restApi, authorizer),
    ...findAllowStatements(restApi),
  ];
}

function findUnseenMethods(restApi: apigateway.CfnRestApi): string[] {
  const source = (["body", "bodyS3Location", "cloneFrom"] as const).find(
    (property) => restApi[property] !== undefined,
  );
  return source === undefined
    ? []
    : [
        `the API takes methods from ${source}, where it cannot be seen whether they use this authorizer: define them as constructs`,
      ];
}

/**
 * `authorizationType: NONE` on a method silently wins over the default authorizer, and a method's verb that is not
 * covered falls through to `{proxy+}`: so every single one is looked at, in every stack of the app.
 */
function findUnguardedMethods(
  restApi: apigateway.CfnRestApi,
  authorizer: apigateway.TokenAuthorizer,
): string[] {
  const ours = authorizer.node.defaultChild;
  return findMethods(restApi)
    .filter(
      (method) =>
        method.authorizationType !== "CUSTOM" ||
        !refersTo(method.authorizerId, ours),
    )
    .map(
      (method) =>
        `${pathOf(method)} has ${describeAuthorization(method)}: give it this construct's authorizer when adding the method`,
    );
}

/** Those of the API in every stack of the app, but for OPTIONS: preflights carry no token. */
function findMethods(
  restApi: apigateway.CfnRestApi,
): readonly apigateway.CfnMethod[] {
  return restApi.node.root.node
    .findAll()
    .filter((node) => node instanceof apigateway.CfnMethod)
    .filter((method) => refersTo(method.restApiId, restApi))
    .filter((method) => method.httpMethod.toUpperCase() !== "OPTIONS");
}

/** Where usage plans are in force, a method that requires no key is without any limit. */
export function findMethodsWithoutKey(
  api: apigateway.RestApi,
): readonly string[] {
  const restApi = api.node.defaultChild;
  if (!(restApi instanceof apigateway.CfnRestApi)) return [];
  return findMethods(restApi)
    .filter(({ apiKeyRequired }) => apiKeyRequired !== true)
    .map(
      (method) =>
        `${pathOf(method)} requires no API key, so no usage plan limits it: give it apiKeyRequired: true`,
    );
}

function describeAuthorization(method: apigateway.CfnMethod): string {
  return method.authorizationType === "CUSTOM"
    ? "another authorizer"
    : `authorization type ${method.authorizationType ?? "NONE"}`;
}

/** As its author knows it: the construct around the CloudFormation resource, where there is one. */
function pathOf(method: apigateway.CfnMethod): string {
  const { scope } = method.node;
  return scope instanceof apigateway.Method
    ? scope.node.path
    : method.node.path;
}

/** Whether an id, possibly used in another stack, is the `Ref` of this resource. */
function refersTo(
  id: string | undefined,
  resource: IConstruct | undefined,
): boolean {
  if (!Token.isUnresolved(id)) return false;
  const token = Tokenization.reverse(id, { failConcat: false });
  return Reference.isReference(token) && token.target === resource;
}

/**
 * Where the authorizer's policy is silent about a request (another tenant's route), an Allow in the resource policy
 * decides, and lets it in. A resource policy may only narrow.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
function findAllowStatements(restApi: apigateway.CfnRestApi): string[] {
  const policy: unknown = Stack.of(restApi).resolve(restApi.policy);
  if (policy === undefined) return [];
  return isDenyOnly(policy)
    ? []
    : [
        "the API's resource policy must hold Deny statements only: API Gateway lets a request in when the resource policy allows it and the authorizer's policy is silent, as it is about other tenants' routes",
      ];
}

function isDenyOnly(policy: unknown): boolean {
  const statements = [field(policy, "Statement")].flat();
  return statements.every((statement) => field(statement, "Effect") === "Deny");
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
