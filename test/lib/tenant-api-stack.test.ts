import { RemovalPolicy } from "aws-cdk-lib";
import * as logs from "aws-cdk-lib/aws-logs";
import { describe, expect, test } from "vitest";
import {
  createApp,
  type Resource,
  type SynthesizedTemplate,
  synthesizeTenantApi,
  VALID_PROPS,
} from "./synthesize.ts";
import {
  TenantApiStack,
  type TenantApiStackProps,
} from "../../lib/tenant-api-stack.ts";

const withEcho = synthesizeTenantApi();
const withBackend = synthesizeTenantApi({
  backendUrl: "https://backend.acme.com/v2/",
  corsOrigins: ["https://app.acme.com"],
});
const withOrigins = synthesizeTenantApi({
  corsOrigins: ["https://app.acme.com", "https://admin.acme.com"],
  removalPolicy: RemovalPolicy.DESTROY,
  logRetention: logs.RetentionDays.ONE_WEEK,
  cloudWatchRole: false,
  stageName: "v1",
  throttlingRateLimit: 20,
  throttlingBurstLimit: 40,
});
const variants: readonly (readonly [string, SynthesizedTemplate])[] = [
  ["the sample backend", withEcho],
  ["an HTTP backend and one origin", withBackend],
  ["several origins", withOrigins],
];

const METHOD = "AWS::ApiGateway::Method";
const GATEWAY_RESPONSE = "AWS::ApiGateway::GatewayResponse";

function isPreflight(method: Resource): boolean {
  return method.properties["HttpMethod"] === "OPTIONS";
}

describe.each(variants)("the API with %s", (_name, synthesized) => {
  test("has our authorizer on every method but OPTIONS", () => {
    const authorizer = synthesized.only("AWS::ApiGateway::Authorizer");
    const methods = synthesized.all(METHOD).filter((m) => !isPreflight(m));
    expect(methods).toHaveLength(2);
    for (const { properties } of methods) {
      expect(properties).toMatchObject({
        HttpMethod: "ANY",
        AuthorizationType: "CUSTOM",
        AuthorizerId: { Ref: authorizer.id },
      });
    }
  });

  test("answers preflights itself and passes none of them on", () => {
    for (const method of synthesized.all(METHOD).filter(isPreflight)) {
      expect(method.properties).toMatchObject({
        AuthorizationType: "NONE",
        Integration: { Type: "MOCK" },
      });
    }
  });

  test("covers the root and every path below it", () => {
    const resource = synthesized.only("AWS::ApiGateway::Resource");
    expect(resource.properties["PathPart"]).toBe("{proxy+}");
    const covered = synthesized
      .all(METHOD)
      .filter((method) => !isPreflight(method))
      .map((method) => method.properties["ResourceId"]);
    expect(covered).toEqual([
      { "Fn::GetAtt": [expect.any(String), "RootResourceId"] },
      { Ref: resource.id },
    ]);
  });

  test("is regional and has no resource policy", () => {
    const { properties } = synthesized.only("AWS::ApiGateway::RestApi");
    expect(properties["EndpointConfiguration"]).toEqual({
      Types: ["REGIONAL"],
    });
    expect(properties).not.toHaveProperty("Policy");
  });

  test("grants the functions their own log, traces and single records, and nothing else", () => {
    const grants = synthesized
      .all("AWS::IAM::Policy")
      // What TenantChanges is granted stands in its own test.
      .filter(({ id }) => !id.startsWith("TenantChanges"))
      .map(({ id, properties }) => [
        id.replace(/RoleDefaultPolicy.*$/, ""),
        statementsOf(properties["PolicyDocument"]),
      ]);
    const own = (prefix: string) => [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: {
          "Fn::GetAtt": [idOf(prefix, "AWS::Logs::LogGroup"), "Arn"],
        },
      },
      {
        Effect: "Allow",
        Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
        Resource: "*",
      },
    ];
    const idOf = (prefix: string, type: string) =>
      synthesized.all(type).find(({ id }) => id.startsWith(prefix))?.id;

    expect(Object.fromEntries(grants)).toEqual({
      TenantAuthorizer: [
        ...own("TenantAuthorizer"),
        {
          Effect: "Allow",
          Action: "dynamodb:GetItem",
          Resource: {
            "Fn::GetAtt": [
              idOf("TenantAuthorizer", "AWS::DynamoDB::GlobalTable"),
              "Arn",
            ],
          },
        },
      ],
      ...(synthesized === withBackend ? {} : { Echo: own("Echo") }),
    });
  });

  test("has no inline policy, and no managed one but API Gateway's for logs", () => {
    for (const { id, properties } of synthesized.all("AWS::IAM::Role")) {
      expect(properties).not.toHaveProperty("Policies");
      expect(JSON.stringify(properties["ManagedPolicyArns"] ?? [])).toMatch(
        id.startsWith("ApiCloudWatchRole")
          ? /^\[[^[]*\["",\["arn:",[^\]]*AmazonAPIGatewayPushToCloudWatchLogs"\]\][^\]]*\]$/
          : /^\[\]$/,
      );
    }
  });

  test("lets only this API invoke its functions", () => {
    const api = synthesized.only("AWS::ApiGateway::RestApi");
    for (const { properties } of synthesized.all("AWS::Lambda::Permission")) {
      expect(properties).toMatchObject({
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
      });
      expect(JSON.stringify(properties["SourceArn"])).toContain(
        JSON.stringify({ Ref: api.id }),
      );
    }
  });

  test("runs its functions on Node 24 and ARM64, traced, with JSON lines in a log of their own", () => {
    const logGroups = new Set<unknown>();
    for (const { properties } of synthesized.all("AWS::Lambda::Function")) {
      expect(properties).toMatchObject({
        Runtime: "nodejs24.x",
        Architectures: ["arm64"],
        Handler: "index.handler",
        TracingConfig: { Mode: "Active" },
        LoggingConfig: {
          LogFormat: "JSON",
          LogGroup: { Ref: expect.any(String) as string },
        },
      });
      logGroups.add(JSON.stringify(properties["LoggingConfig"]));
    }
    expect(logGroups.size).toBe(
      synthesized.all("AWS::Lambda::Function").length,
    );
  });

  test("keeps every log for a limited time", () => {
    for (const { properties } of synthesized.all("AWS::Logs::LogGroup")) {
      expect(properties["RetentionInDays"]).toBe(
        synthesized === withOrigins ? 7 : 30,
      );
    }
  });

  test("gives every answer of the gateway one JSON shape", () => {
    for (const { properties } of synthesized.all(GATEWAY_RESPONSE)) {
      expect(Object.keys(renderBody(properties))).toEqual([
        "error",
        "message",
        "requestId",
      ]);
    }
  });

  test("names its outputs for scripts to rely on", () => {
    expect(Object.keys(synthesized.outputs)).toEqual([
      "ApiUrl",
      "TenantTableName",
      "AuthorizerFunctionName",
    ]);
  });

  test("logs who asked for what, and neither headers nor query strings", () => {
    const { properties } = synthesized.only("AWS::ApiGateway::Stage");
    const { Format: format } = properties["AccessLogSetting"] as {
      Format: string;
    };
    expect(JSON.parse(format)).toMatchObject({
      requestId: "$context.requestId",
      ip: "$context.identity.sourceIp",
      method: "$context.httpMethod",
      path: "$context.path",
      status: "$context.status",
      tenantId: "$context.authorizer.tenantId",
      denyReason: "$context.authorizer.denyReason",
      authorizerStatus: "$context.authorizer.status",
      authorizerLatencyMs: "$context.authorizer.latency",
    });
    expect(format).not.toMatch(/authorization|header|querystring|\$input/i);
  });
});

describe("the authorizer", () => {
  const { properties } = withEcho.only("AWS::ApiGateway::Authorizer");

  test("is asked for a token in the Authorization header and repeats itself for 300 seconds", () => {
    expect(properties).toMatchObject({
      Type: "TOKEN",
      IdentitySource: "method.request.header.Authorization",
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  test("is not invoked for a header that cannot be a Bearer JWT", () => {
    const expression = properties["IdentityValidationExpression"] as string;
    expect(expression).toMatch(/^\^.*\$$/);
    const accepts = (header: string) => new RegExp(expression).test(header);
    expect(accepts("Bearer aaa.bb-b.cc_c")).toBe(true);
    expect(accepts("bearer aaa.bbb.ccc")).toBe(true);
    expect(accepts("BEARER aaa.bbb.ccc")).toBe(true);
    for (const header of [
      "aaa.bbb.ccc",
      "Basic aaa.bbb.ccc",
      "Bearer  aaa.bbb.ccc",
      "Bearer aaa.bbb.ccc ",
      "x Bearer aaa.bbb.ccc",
      "Bearer aaa.bbb",
      "Bearer aaa.bbb.",
      "Bearer aaa.bbb.ccc.ddd.eee",
      "Bearer aaa.b=b.ccc",
    ]) {
      expect([header, accepts(header)]).toEqual([header, false]);
    }
  });

  test("is a function with five seconds and 512 MB", () => {
    const [authorizer] = withEcho
      .all("AWS::Lambda::Function")
      .filter(({ id }) => id.startsWith("TenantAuthorizer"));
    expect(authorizer?.properties).toMatchObject({
      Timeout: 5,
      MemorySize: 512,
    });
  });
});

describe("the tenant table", () => {
  const table = withEcho.only("AWS::DynamoDB::GlobalTable");

  test("is keyed by azp, billed on demand, encrypted, expiring and streamed", () => {
    expect(table.properties).toMatchObject({
      KeySchema: [{ AttributeName: "azp", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "azp", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
  });

  test("keeps backups and refuses deletion", () => {
    expect(table.deletionPolicy).toBe("Retain");
    expect(table.properties["Replicas"]).toMatchObject([
      {
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
      },
    ]);
  });

  test("goes with a stack that is to be destroyed", () => {
    const destroyed = withOrigins.only("AWS::DynamoDB::GlobalTable");
    expect(destroyed.deletionPolicy).toBe("Delete");
    expect(destroyed.properties["Replicas"]).toMatchObject([
      { DeletionProtectionEnabled: false },
    ]);
  });
});

describe("the stage", () => {
  test("is prod, traced and throttled", () => {
    const { properties } = withEcho.only("AWS::ApiGateway::Stage");
    expect(properties).toMatchObject({
      StageName: "prod",
      TracingEnabled: true,
    });
    expect(properties["MethodSettings"]).toEqual([
      {
        HttpMethod: "*",
        ResourcePath: "/*",
        DataTraceEnabled: false,
        ThrottlingRateLimit: 1000,
        ThrottlingBurstLimit: 500,
      },
    ]);
  });

  test("takes its name and limits from props", () => {
    const { properties } = withOrigins.only("AWS::ApiGateway::Stage");
    expect(properties["StageName"]).toBe("v1");
    expect(properties["MethodSettings"]).toMatchObject([
      { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    ]);
  });

  test("waits for the account's logging role, unless somebody else sets it", () => {
    expect(withEcho.all("AWS::ApiGateway::Account")).toHaveLength(1);
    withOrigins.template.resourceCountIs("AWS::ApiGateway::Account", 0);
  });
});

describe("the gateway's own answers", () => {
  const answer = (type: string, synthesized = withEcho) => {
    const found = synthesized
      .all(GATEWAY_RESPONSE)
      .find(({ properties }) => properties["ResponseType"] === type);
    if (found === undefined) throw new Error(`${type} is not set`);
    return {
      status: found.properties["StatusCode"],
      headers: headersOf(found.properties),
      body: renderBody(found.properties),
    };
  };

  test("say 401 with WWW-Authenticate when the token is not good", () => {
    expect(answer("UNAUTHORIZED")).toMatchObject({
      status: "401",
      headers: { "WWW-Authenticate": `'Bearer realm="api"'` },
      body: { error: "unauthorized" },
    });
  });

  test("say 403 with the authorizer's reason when access is denied", () => {
    expect(answer("ACCESS_DENIED")).toMatchObject({
      status: "403",
      body: { error: "$context.authorizer.denyReason" },
    });
  });

  test("say 503 with Retry-After, alike for both types, when the authorizer could not tell", () => {
    expect(answer("AUTHORIZER_FAILURE")).toMatchObject({
      status: "503",
      headers: { "Retry-After": "'5'" },
      body: { error: "unavailable" },
    });
    expect(answer("AUTHORIZER_CONFIGURATION_ERROR")).toEqual(
      answer("AUTHORIZER_FAILURE"),
    );
  });

  test.each([
    ["MISSING_AUTHENTICATION_TOKEN", "404", "not_found"],
    ["RESOURCE_NOT_FOUND", "404", "not_found"],
    ["INVALID_API_KEY", "403", "api_key_invalid"],
    ["THROTTLED", "429", "throttled"],
    ["QUOTA_EXCEEDED", "429", "quota_exceeded"],
    ["REQUEST_TOO_LARGE", "413", "request_too_large"],
    ["UNSUPPORTED_MEDIA_TYPE", "415", "unsupported_media_type"],
    ["INTEGRATION_FAILURE", "502", "bad_gateway"],
    ["INTEGRATION_TIMEOUT", "504", "gateway_timeout"],
    ["DEFAULT_4XX", undefined, "bad_request"],
    ["DEFAULT_5XX", undefined, "internal_error"],
  ])("say for %s %s %s", (type, status, error) => {
    expect(answer(type)).toMatchObject({ status, body: { error } });
  });

  test("carry no CORS header when no origin is configured", () => {
    for (const { properties } of withEcho.all(GATEWAY_RESPONSE)) {
      expect(Object.keys(headersOf(properties)).join()).not.toMatch(/Access-/);
    }
  });

  test.each([
    ["the one configured origin", withBackend, "'https://app.acme.com'"],
    ["any origin when several are configured", withOrigins, "'*'"],
  ])("can all be read by %s", (_name, synthesized, allowed) => {
    for (const { properties } of synthesized.all(GATEWAY_RESPONSE)) {
      const headers = headersOf(properties);
      expect(headers).toMatchObject({
        "Access-Control-Allow-Origin": allowed,
        "Access-Control-Expose-Headers": "'Retry-After,WWW-Authenticate'",
      });
      expect(headers).not.toHaveProperty("Access-Control-Allow-Credentials");
    }
  });
});

describe("CORS preflights", () => {
  test("are not answered when no origin is configured", () => {
    expect(withEcho.all(METHOD).filter(isPreflight)).toEqual([]);
  });

  test.each([
    ["one origin", withBackend],
    ["several origins", withOrigins],
  ])("let pages of %s send a token on every path", (_name, synthesized) => {
    const preflights = synthesized.all(METHOD).filter(isPreflight);
    expect(preflights).toHaveLength(2);
    for (const { properties } of preflights) {
      expect(properties["Integration"]).toMatchObject({
        IntegrationResponses: [
          {
            ResponseParameters: {
              "method.response.header.Access-Control-Allow-Origin":
                "'https://app.acme.com'",
              "method.response.header.Access-Control-Allow-Headers":
                "'Authorization,Content-Type'",
              "method.response.header.Vary": "'Origin'",
            },
          },
        ],
      });
      expect(JSON.stringify(properties)).not.toContain("Allow-Credentials");
    }
  });

  test("know every further origin", () => {
    for (const method of withOrigins.all(METHOD).filter(isPreflight)) {
      expect(JSON.stringify(method.properties)).toContain(
        "https://admin.acme.com",
      );
    }
  });
});

describe("the backend", () => {
  test("is the sample function when no URL is given", () => {
    for (const { properties } of withEcho.all(METHOD)) {
      expect(properties["Integration"]).toMatchObject({
        Type: "AWS_PROXY",
        IntegrationHttpMethod: "POST",
      });
    }
  });

  test("gets the same path below its base URL", () => {
    const targets = withBackend
      .all(METHOD)
      .filter((method) => !isPreflight(method))
      .map(({ properties }) => properties["Integration"]);
    expect(targets).toMatchObject([
      {
        Type: "HTTP_PROXY",
        IntegrationHttpMethod: "ANY",
        Uri: "https://backend.acme.com/v2/",
      },
      {
        Type: "HTTP_PROXY",
        IntegrationHttpMethod: "ANY",
        Uri: "https://backend.acme.com/v2/{proxy}",
        RequestParameters: {
          "integration.request.path.proxy": "method.request.path.proxy",
        },
      },
    ]);
  });

  test("gets the tenant from the authorizer on every request, whatever the client sent", () => {
    for (const method of withBackend.all(METHOD)) {
      if (isPreflight(method)) continue;
      expect(method.properties["Integration"]).toMatchObject({
        RequestParameters: {
          "integration.request.header.X-Tenant-Id":
            "context.authorizer.tenantId",
          "integration.request.header.X-Tenant-Client":
            "context.authorizer.clientId",
          "integration.request.header.X-Tenant-Subject":
            "context.authorizer.subject",
        },
      });
    }
  });
});

describe("a stack is refused", () => {
  test.each<[string, Partial<TenantApiStackProps>, RegExp]>([
    [
      "whose backend is spoken to in clear",
      { backendUrl: "http://backend.acme.com" },
      /backend URL "http:\/\/backend\.acme\.com" must be https/,
    ],
    [
      "whose backend URL is not a URL",
      { backendUrl: "backend.acme.com" },
      /backend URL "backend\.acme\.com" is not an https:\/\/ URL/,
    ],
    [
      "whose backend URL has a query",
      { backendUrl: "https://backend.acme.com/?a=b" },
      /must be a plain base URL/,
    ],
    [
      "with an origin that has a path",
      { corsOrigins: ["https://app.acme.com/"] },
      /CORS origin "https:\/\/app\.acme\.com\/" must be scheme and host only/,
    ],
    [
      "with an origin that could leave its quotes",
      { corsOrigins: [`https://app.acme.com'`] },
      /must be scheme and host only/,
    ],
    [
      "with * beside another origin",
      { corsOrigins: ["*", "https://app.acme.com"] },
      /CORS origins must be \* alone/,
    ],
    [
      "whose stage name has a slash",
      { stageName: "v1/x" },
      /stage name "v1\/x" must be 1 to 128 letters/,
    ],
    [
      "that is throttled to nothing",
      { throttlingRateLimit: 0 },
      /throttlingRateLimit must be a whole number from 1 to 100000, not 0/,
    ],
    [
      "whose burst is not a number",
      { throttlingBurstLimit: Number.NaN },
      /throttlingBurstLimit must be a whole number .* not NaN/,
    ],
  ])("%s", (_name, props, message) => {
    expect(
      () =>
        new TenantApiStack(createApp(), "TenantApi", {
          ...VALID_PROPS,
          ...props,
        }),
    ).toThrow(message);
  });

  test("with all its problems in one message", () => {
    expect(
      () =>
        new TenantApiStack(createApp(), "TenantApi", {
          ...VALID_PROPS,
          stageName: "",
          backendUrl: "",
        }),
    ).toThrow(/^TenantApi cannot be built:\n {2}- backend.*\n {2}- stage/);
  });
});

test("a backend on this machine may be spoken to in clear", () => {
  const { template } = synthesizeTenantApi({
    backendUrl: "http://localhost:4020",
  });
  template.hasResourceProperties(METHOD, {
    Integration: { Uri: "http://localhost:4020/{proxy}" },
  });
});

function statementsOf(policyDocument: unknown): readonly unknown[] {
  return (policyDocument as { Statement: readonly unknown[] }).Statement;
}

function headersOf(
  properties: Resource["properties"],
): Readonly<Record<string, string>> {
  const parameters = (properties["ResponseParameters"] ?? {}) as Readonly<
    Record<string, string>
  >;
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name.replace(/^gatewayresponse\.header\./, ""),
      value,
    ]),
  );
}

/** As the gateway would: a message string comes with its quotes, everything else as it is. */
function renderBody(properties: Resource["properties"]): object {
  const { "application/json": template } = properties["ResponseTemplates"] as {
    "application/json": string;
  };
  return JSON.parse(
    template.replace("$context.error.messageString", '"Some message"'),
  ) as object;
}
