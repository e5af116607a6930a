import { CfnParameter, Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createApp, synthesize, VALID_PROPS } from "./synthesize.ts";
import { signingKey } from "../support/tokens.ts";
import { parseConfig } from "../../lambda/authorizer/config.ts";
import {
  TenantAuthorizer,
  type TenantAuthorizerProps,
} from "../../lib/tenant-authorizer.ts";

type Options = Omit<TenantAuthorizerProps, "api">;

/** Another team's app: its own API, one guarded method. */
function createOwnApi(options: Partial<Options> = {}) {
  const app = createApp();
  const stack = new Stack(app, "Own");
  const api = new apigateway.RestApi(stack, "Api");
  const tenants = new TenantAuthorizer(stack, "Tenants", {
    api,
    ...VALID_PROPS,
    ...options,
  });
  const { authorizer } = tenants;
  api.root.addMethod("GET", new apigateway.MockIntegration(), { authorizer });
  return { app, stack, api, tenants, authorizer };
}

function environmentOf(options: Partial<Options> = {}) {
  const { stack } = createOwnApi(options);
  const { properties } = synthesize(stack).only("AWS::Lambda::Function");
  return (
    properties["Environment"] as {
      Variables: Readonly<Record<string, unknown>>;
    }
  ).Variables;
}

const folder = mkdtempSync(join(tmpdir(), "tenant-authorizer-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The path of a key-set snapshot of this moment. */
function writeSnapshot(issuer: string): string {
  const path = join(folder, "keys.json");
  const snapshot = {
    takenAt: new Date().toISOString(),
    sets: {
      [`${issuer}.well-known/jwks.json`]: { keys: [signingKey().jwk] },
    },
  };
  writeFileSync(path, JSON.stringify(snapshot));
  return path;
}

test("guards the API of any app", () => {
  const { stack } = createOwnApi();
  const { only } = synthesize(stack);
  expect(only("AWS::ApiGateway::Method").properties).toMatchObject({
    AuthorizationType: "CUSTOM",
    AuthorizerId: { Ref: only("AWS::ApiGateway::Authorizer").id },
  });
});

test("redeploys the stage when the authorizer changes", () => {
  const deploymentId = (resultsCacheTtl: Duration) =>
    synthesize(createOwnApi({ resultsCacheTtl }).stack).only(
      "AWS::ApiGateway::Deployment",
    ).id;
  expect(deploymentId(Duration.seconds(60))).toBe(
    deploymentId(Duration.minutes(1)),
  );
  expect(deploymentId(Duration.seconds(61))).not.toBe(
    deploymentId(Duration.seconds(60)),
  );
});

test("may repeat an answer for an hour, or not at all", () => {
  for (const seconds of [0, 3600]) {
    const resultsCacheTtl = Duration.seconds(seconds);
    const { stack } = createOwnApi({ resultsCacheTtl });
    expect(
      synthesize(stack).only("AWS::ApiGateway::Authorizer").properties,
    ).toMatchObject({ AuthorizerResultTtlInSeconds: seconds });
  }
});

describe("the function's environment", () => {
  test("holds what was set, and of the defaults what another function must know; the rest is the function's own", () => {
    expect(environmentOf()).toEqual({
      UV_THREADPOOL_SIZE: "16",
      AUTH0_ISSUERS: "https://acme.eu.auth0.com/",
      AUTH0_AUDIENCES: "https://api.acme.com",
      TENANT_TABLE: { Ref: expect.any(String) as string },
      TENANT_CLAIM: "azp",
      TENANT_CACHE_SECONDS: "5",
      POLICY_TIME_CONDITION: "true",
    });
  });

  test("is understood by the function's own parser, every option set", () => {
    const environment = environmentOf({
      issuers: ["https://acme.eu.auth0.com/", "https://login.acme.com/"],
      audiences: ["https://api.acme.com", "urn:acme:api"],
      tenantClaim: "https://acme.com/tenant",
      defaultRoutes: ["* /{tenantId}/*", "GET,POST /shared"],
      clockTolerance: Duration.seconds(1),
      maxTokenLifetime: Duration.days(1),
      tenantCacheTtl: Duration.seconds(2),
      tenantStaleTtl: Duration.seconds(3),
      jwksMaxAge: Duration.seconds(4),
      jwksStaleTtl: Duration.seconds(5),
      policyTimeCondition: false,
    });
    expect(
      parseConfig({ ...environment, TENANT_TABLE: "some-table" }),
    ).toMatchObject({
      issuers: ["https://acme.eu.auth0.com/", "https://login.acme.com/"],
      audiences: ["https://api.acme.com", "urn:acme:api"],
      tenantTable: "some-table",
      tenantClaim: "https://acme.com/tenant",
      defaultRoutes: ["* /{tenantId}/*", "GET,POST /shared"],
      clockToleranceSeconds: 1,
      maxTokenLifetimeSeconds: 86_400,
      tenantCacheSeconds: 2,
      tenantStaleSeconds: 3,
      jwksMaxAgeSeconds: 4,
      jwksStaleSeconds: 5,
      policyTimeCondition: false,
    });
  });

  test("names the key-set snapshot and its age", () => {
    const jwksSnapshot = writeSnapshot("https://acme.eu.auth0.com/");
    expect(environmentOf({ jwksSnapshot })).toMatchObject({
      JWKS_SNAPSHOT: "./jwks-snapshot.json",
      JWKS_SNAPSHOT_MAX_AGE_SECONDS: "604800",
    });
    const jwksSnapshotMaxAge = Duration.days(2);
    expect(environmentOf({ jwksSnapshot, jwksSnapshotMaxAge })).toMatchObject({
      JWKS_SNAPSHOT_MAX_AGE_SECONDS: "172800",
    });
  });

  test("takes values that are known at deployment only", () => {
    const stack = new Stack(createApp(), "Parameters");
    const list = { type: "CommaDelimitedList" };
    const issuers = new CfnParameter(stack, "Issuers", list).valueAsList;
    const audience = new CfnParameter(stack, "Audience").valueAsString;
    const seconds = new CfnParameter(stack, "Seconds", { type: "Number" });
    const api = new apigateway.RestApi(stack, "Api");
    const { authorizer } = new TenantAuthorizer(stack, "Tenants", {
      api,
      issuers,
      audiences: [audience, "https://api.acme.com"],
      tenantCacheTtl: Duration.seconds(seconds.valueAsNumber),
    });
    api.root.addMethod("GET", undefined, { authorizer });

    const { properties } = synthesize(stack).only("AWS::Lambda::Function");
    expect(properties["Environment"]).toMatchObject({
      Variables: {
        AUTH0_ISSUERS: { "Fn::Join": [",", { Ref: "Issuers" }] },
        AUTH0_AUDIENCES: {
          "Fn::Join": ["", [{ Ref: "Audience" }, ",https://api.acme.com"]],
        },
        TENANT_CACHE_SECONDS: { Ref: "Seconds" },
      },
    });
  });
});

describe("the tenant table", () => {
  test("is keyed by the claim that names the tenant", () => {
    const { stack } = createOwnApi({ tenantClaim: "org_id" });
    expect(
      synthesize(stack).only("AWS::DynamoDB::GlobalTable").properties,
    ).toMatchObject({
      KeySchema: [{ AttributeName: "org_id", KeyType: "HASH" }],
    });
  });

  test("may be one that exists, of which single records are read", () => {
    const stack = new Stack(createApp(), "Existing");
    const api = new apigateway.RestApi(stack, "Api");
    const { authorizer } = new TenantAuthorizer(stack, "Tenants", {
      api,
      ...VALID_PROPS,
      table: dynamodb.TableV2.fromTableName(stack, "Table", "acme-tenants"),
    });
    api.root.addMethod("GET", undefined, { authorizer });

    const { template, only } = synthesize(stack);
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", 0);
    const policy = JSON.stringify(only("AWS::IAM::Policy").properties);
    expect(policy.match(/dynamodb:[A-Za-z*]+/g)).toEqual(["dynamodb:GetItem"]);
    expect(policy).toContain(":table/acme-tenants");
  });

  test("may be encrypted with a key of the team's own, which the function may then use", () => {
    // With a key of its own CDK asks for a stack that knows its region.
    const stack = new Stack(createApp(), "OwnKey", {
      env: { account: "111122223333", region: "eu-west-1" },
    });
    const api = new apigateway.RestApi(stack, "Api");
    const key = new kms.Key(stack, "Key");
    const { authorizer } = new TenantAuthorizer(stack, "Tenants", {
      api,
      ...VALID_PROPS,
      tableEncryption: dynamodb.TableEncryptionV2.customerManagedKey(key),
    });
    api.root.addMethod("GET", undefined, { authorizer });

    const policy = synthesize(stack).only("AWS::IAM::Policy").properties[
      "PolicyDocument"
    ] as { readonly Statement: readonly unknown[] };
    expect(
      policy.Statement.filter((statement) =>
        JSON.stringify(statement).includes("kms:"),
      ),
    ).toEqual([
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: {
          "Fn::GetAtt": [
            stack.getLogicalId(key.node.defaultChild as kms.CfnKey),
            "Arn",
          ],
        },
        Condition: {
          StringLike: { "kms:ViaService": "dynamodb.eu-west-1.amazonaws.com*" },
        },
      },
    ]);
  });
});

describe("options are refused", () => {
  test.each<[string, Partial<Options>, string]>([
    [
      "without an issuer",
      { issuers: [] },
      "issuers is empty: name at least one",
    ],
    [
      "with an issuer that is not a URL",
      { issuers: ["acme.eu.auth0.com"] },
      'issuer "acme.eu.auth0.com" is not a URL: Auth0 writes iss as https://<domain>/',
    ],
    [
      "with an issuer spoken to in clear",
      { issuers: ["http://acme.eu.auth0.com/"] },
      'issuer "http://acme.eu.auth0.com/" must begin with https://',
    ],
    [
      "with an issuer without its trailing slash",
      { issuers: ["https://acme.eu.auth0.com"] },
      'issuer "https://acme.eu.auth0.com" has no trailing slash: Auth0 writes iss as https://<domain>/ and it is compared letter by letter, so write "https://acme.eu.auth0.com/"',
    ],
    [
      "with an issuer that is not spelled as in iss",
      { issuers: ["https://Acme.eu.auth0.com:443/"] },
      'write it as "https://acme.eu.auth0.com/"',
    ],
    [
      "with an issuer that has a query",
      { issuers: ["https://acme.eu.auth0.com/?a=/"] },
      "must be one plain URL without spaces, commas, ? or #",
    ],
    [
      "with two issuers in one",
      { issuers: ["https://a.auth0.com/,https://b.auth0.com/"] },
      "must be one plain URL without spaces, commas, ? or #",
    ],
    [
      "with a password in the issuer",
      { issuers: ["https://a:b@acme.eu.auth0.com/"] },
      "issuer must not carry a user name or password",
    ],
    [
      "with one issuer twice",
      { issuers: ["https://a.auth0.com/", "https://a.auth0.com/"] },
      'issuers names "https://a.auth0.com/" twice',
    ],
    [
      "without an audience",
      { audiences: [] },
      "audiences is empty: name at least one API identifier",
    ],
    ["with an empty audience", { audiences: [""] }, "an audience is empty"],
    [
      "with two audiences in one",
      { audiences: ["https://a.acme.com,https://b.acme.com"] },
      "must not hold a space or a comma",
    ],
    [
      "with one audience twice",
      { audiences: ["urn:api", "urn:api"] },
      'audiences names "urn:api" twice',
    ],
    [
      "with a registered claim in the tenant's place",
      { tenantClaim: "sub" },
      'tenant claim "sub" must be azp, org_id or a namespaced claim',
    ],
    [
      "with a namespaced claim that is not a URL",
      { tenantClaim: "https://" },
      'tenant claim "https://" must be',
    ],
    [
      "with a tenant claim too long for a key's name",
      { tenantClaim: `https://acme.com/${"t".repeat(239)}` },
      "must be azp, org_id or a namespaced claim",
    ],
    [
      "with an empty default route",
      { defaultRoutes: [" "] },
      "a default route is empty",
    ],
    [
      "with answers repeated for more than an hour",
      { resultsCacheTtl: Duration.seconds(3601) },
      "resultsCacheTtl must be from 0 to 3600 whole seconds, not 3601",
    ],
    [
      "with answers repeated for half a second",
      { resultsCacheTtl: Duration.millis(500) },
      "resultsCacheTtl must be from 0 to 3600 whole seconds, not 0.5",
    ],
    [
      "with a tolerance of minutes",
      { clockTolerance: Duration.seconds(301) },
      "clockTolerance must be from 0 to 300 whole seconds, not 301",
    ],
    [
      "with tokens that may not live",
      { maxTokenLifetime: Duration.seconds(0) },
      "maxTokenLifetime must be from 1 to 31536000 whole seconds, not 0",
    ],
    [
      "with keys that are never fresh",
      { jwksMaxAge: Duration.seconds(0) },
      "jwksMaxAge must be from 1 to",
    ],
    [
      "with a snapshot that is not there",
      { jwksSnapshot: "nowhere.json" },
      'jwksSnapshot "nowhere.json" cannot be read (ENOENT): write it with npm run keys:snapshot',
    ],
    [
      "with an age of no snapshot",
      { jwksSnapshotMaxAge: Duration.days(1) },
      "jwksSnapshotMaxAge means nothing without jwksSnapshot",
    ],
    [
      "with a snapshot that may not age",
      { jwksSnapshotMaxAge: Duration.seconds(0) },
      "jwksSnapshotMaxAge must be from 1 to",
    ],
  ])("%s", (_name, options, message) => {
    expect(() => createOwnApi(options)).toThrow(message);
  });

  test("with a snapshot of another issuer", () => {
    const jwksSnapshot = writeSnapshot("https://globex.auth0.com/");
    expect(() => createOwnApi({ jwksSnapshot })).toThrow(
      "does not hold https://acme.eu.auth0.com/.well-known/jwks.json",
    );
  });

  test("with all their problems in one message", () => {
    expect(() =>
      createOwnApi({ issuers: [], audiences: [], tenantClaim: "sub" }),
    ).toThrow(
      /^Own\/Tenants cannot be built:\n {2}- issuers.*\n {2}- audiences.*\n {2}- tenant claim/,
    );
  });

  test("when the table's key would be known at deployment only", () => {
    const stack = new Stack();
    const tenantClaim = new CfnParameter(stack, "Claim").valueAsString;
    expect(() => createOwnApi({ tenantClaim })).toThrow(
      "the tenant claim must be known at synthesis",
    );
  });
});

describe("synthesis is refused", () => {
  const { NONE, IAM } = apigateway.AuthorizationType;
  type Own = ReturnType<typeof createOwnApi>;

  test.each<[string, (own: Own) => void, RegExp]>([
    [
      "while a method has no authorizer",
      ({ api }) => api.root.addResource("open").addMethod("GET"),
      /\[Own\/Tenants\] Own\/Api\/Default\/open\/GET has authorization type NONE: give it this construct's authorizer/,
    ],
    [
      "while a method opts out of the default authorizer",
      ({ api, authorizer }) =>
        api.root
          .addResource("open", { defaultMethodOptions: { authorizer } })
          .addMethod("POST", undefined, { authorizationType: NONE }),
      /Own\/Api\/Default\/open\/POST has authorization type NONE/,
    ],
    [
      "while a method trusts IAM alone",
      ({ api }) =>
        api.root.addMethod("PUT", undefined, { authorizationType: IAM }),
      /Own\/Api\/Default\/PUT has authorization type AWS_IAM/,
    ],
    [
      "while a method has another authorizer",
      ({ api, stack }) =>
        api.root.addMethod("DELETE", undefined, {
          authorizer: new apigateway.TokenAuthorizer(stack, "Other", {
            handler: lambda.Function.fromFunctionArn(
              stack,
              "OtherFunction",
              "arn:aws:lambda:eu-west-1:111122223333:function:other",
            ),
          }),
        }),
      /Own\/Api\/Default\/DELETE has another authorizer/,
    ],
    [
      "while a method written without its construct has no authorizer",
      ({ api, stack }) =>
        new apigateway.CfnMethod(stack, "Raw", {
          restApiId: api.restApiId,
          resourceId: api.restApiRootResourceId,
          httpMethod: "PATCH",
        }),
      /Own\/Raw has authorization type NONE/,
    ],
    [
      "while a method in another stack has no authorizer",
      ({ app, api }) => {
        const other = new Stack(app, "Other");
        apigateway.RestApi.fromRestApiAttributes(other, "Api", {
          restApiId: api.restApiId,
          rootResourceId: api.restApiRootResourceId,
        }).root.addMethod("PUT");
      },
      /Other\/Api\/Default\/PUT has authorization type NONE/,
    ],
    [
      "while methods come from a definition",
      ({ api }) => {
        const restApi = api.node.defaultChild as apigateway.CfnRestApi;
        restApi.body = { openapi: "3.0.1" };
      },
      /the API takes methods from body, where it cannot be seen/,
    ],
    [
      "while the resource policy lets anybody in",
      ({ api }) => {
        api.addToResourcePolicy(
          new iam.PolicyStatement({
            actions: ["execute-api:Invoke"],
            resources: ["execute-api:/*"],
            principals: [new iam.AnyPrincipal()],
          }),
        );
      },
      /the API's resource policy must hold Deny statements only/,
    ],
    [
      "while the resource policy cannot be read",
      ({ api }) => {
        const restApi = api.node.defaultChild as apigateway.CfnRestApi;
        restApi.policy = { "Fn::Transform": { Name: "Elsewhere" } };
      },
      /the API's resource policy must hold Deny statements only/,
    ],
  ])("%s", (_name, change, message) => {
    const own = createOwnApi();
    change(own);
    expect(() => own.app.synth()).toThrow(message);
  });

  test("naming every method that is open", () => {
    const { app, api } = createOwnApi();
    api.root.addResource("a").addMethod("GET");
    api.root.addResource("b").addMethod("GET");
    expect(() => app.synth()).toThrow(
      /Default\/a\/GET has.*Default\/b\/GET has/s,
    );
  });

  test("for neither preflights nor other APIs nor a policy that only denies", () => {
    const { app, stack, api } = createOwnApi();
    api.root.addCorsPreflight({ allowOrigins: ["https://app.acme.com"] });
    new apigateway.RestApi(stack, "Open").root.addMethod("GET");
    api.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: ["execute-api:Invoke"],
        resources: ["execute-api:/*"],
        principals: [new iam.AnyPrincipal()],
        conditions: { NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } },
      }),
    );
    expect(() => app.synth()).not.toThrow();
  });
});
