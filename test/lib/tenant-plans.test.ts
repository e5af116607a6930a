import { Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../lambda/authorizer/config.ts";
import { parseTenantKeysConfig } from "../../lambda/tenant-keys/config.ts";
import {
  TenantAuthorizer,
  type TenantAuthorizerProps,
} from "../../lib/tenant-authorizer.ts";
import { TenantPlans, type TenantPlansProps } from "../../lib/tenant-plans.ts";
import {
  createApp,
  type SynthesizedTemplate,
  synthesize,
  synthesizeTenantApi,
  VALID_PROPS,
} from "./synthesize.ts";

const PLANS = {
  free: {
    rateLimit: 10,
    burstLimit: 20,
    quota: { limit: 10_000, period: "DAY" },
  },
  pro: { rateLimit: 100, burstLimit: 200 },
} as const;

const synthesized = synthesizeTenantApi({
  plans: PLANS,
  defaultPlan: "free",
  corsOrigins: ["https://app.acme.com"],
});
const { all, only } = synthesized;
const apiId = only("AWS::ApiGateway::RestApi").id;
const stageId = only("AWS::ApiGateway::Stage").id;

/** With `{Ref}` and joins written out: `<Id>` in the place of a reference. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  const { Ref: ref, "Fn::Join": join } = value as {
    Ref?: string;
    "Fn::Join"?: [string, unknown[]];
  };
  return join === undefined
    ? `<${ref ?? JSON.stringify(value)}>`
    : join[1].map(plain).join(join[0]);
}

function environmentOf(
  template: SynthesizedTemplate,
  prefix: string,
): Readonly<Record<string, string>> {
  const found = template
    .all("AWS::Lambda::Function")
    .find(({ id }) => id.startsWith(prefix));
  const { Variables: variables } = found?.properties["Environment"] as {
    Variables: Readonly<Record<string, unknown>>;
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, plain(value)]),
  );
}

describe("without plans", () => {
  const without = synthesizeTenantApi();

  test("there is nothing of them in the template", () => {
    const text = JSON.stringify(without.template.toJSON());
    for (const word of [
      "ApiKeySourceType",
      "AWS::ApiGateway::ApiKey",
      "AWS::ApiGateway::UsagePlan",
      "USAGE_PLANS",
      "TenantPlans",
    ]) {
      expect(text).not.toContain(word);
    }
    for (const { properties } of without.all("AWS::ApiGateway::Method")) {
      expect(properties["ApiKeyRequired"]).not.toBe(true);
    }
  });
});

describe("with plans", () => {
  test("the key's source is the authorizer, and every method but OPTIONS asks for one", () => {
    expect(only("AWS::ApiGateway::RestApi").properties).toMatchObject({
      ApiKeySourceType: "AUTHORIZER",
    });
    const methods = all("AWS::ApiGateway::Method").map(({ properties }) => [
      properties["HttpMethod"],
      properties["ApiKeyRequired"],
    ]);
    expect(methods.sort()).toEqual([
      ["ANY", true],
      ["ANY", true],
      ["OPTIONS", false],
      ["OPTIONS", false],
    ]);
  });

  test("each is a usage plan of the stage, with its limits", () => {
    const stage = { ApiId: { Ref: apiId }, Stage: { Ref: stageId } };
    expect(
      all("AWS::ApiGateway::UsagePlan").map(({ properties }) => properties),
    ).toMatchObject([
      {
        UsagePlanName: "TenantApi-free",
        ApiStages: [stage],
        Throttle: { RateLimit: 10, BurstLimit: 20 },
        Quota: { Limit: 10_000, Period: "DAY" },
      },
      {
        UsagePlanName: "TenantApi-pro",
        ApiStages: [stage],
        Throttle: { RateLimit: 100, BurstLimit: 200 },
      },
    ]);
  });

  test("the authorizer names the keys that CloudFormation makes, each in its plan", () => {
    const planOf = new Map(
      all("AWS::ApiGateway::UsagePlanKey").map(({ properties }) => [
        plain(properties["KeyId"]),
        plain(properties["UsagePlanId"]),
      ]),
    );
    const made = all("AWS::ApiGateway::ApiKey").map(({ id, properties }) => ({
      value: plain(properties["Value"]).replace(`<${apiId}>`, "abcdef1234"),
      plan: planOf.get(`<${id}>`) ?? "",
    }));
    const environment = environmentOf(synthesized, "TenantAuthorizer");
    const { usagePlans } = parseConfig({
      ...environment,
      TENANT_TABLE: "tenants",
      USAGE_PLANS: environment["USAGE_PLANS"]?.replaceAll(
        `<${apiId}>`,
        "abcdef1234",
      ),
      REFUSAL_KEY: environment["REFUSAL_KEY"]?.replace(
        `<${apiId}>`,
        "abcdef1234",
      ),
    });
    const plan = (key = "") => made.find(({ value }) => value === key)?.plan;
    expect(usagePlans?.defaultPlan).toBe("free");
    expect(plan(usagePlans?.sharedKeys.get("free"))).toMatch(/Planfree/);
    expect(plan(usagePlans?.sharedKeys.get("pro"))).toMatch(/Planpro/);
    expect(plan(usagePlans?.refusalKey)).toMatch(/Planfree/);
    expect(made).toHaveLength(3);
  });

  test("the function that makes keys understands its environment, and keeps keys for as long as answers can name them", () => {
    const environment = environmentOf(synthesized, "TenantPlansKeys");
    const withoutReferences = Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [
        name,
        value.replaceAll(/<[^>]*>/g, "abc123"),
      ]),
    );
    expect(parseTenantKeysConfig(withoutReferences)).toMatchObject({
      tenantClaim: "azp",
      defaultPlan: "free",
      // The gateway's 300 s, the record's 5 s and, while the table is down, 300 s, and a minute more.
      retireAfterSeconds: 665,
      callsPerSecond: 3,
    });
  });

  test("it may write one attribute of the table, and change or remove tagged keys alone", () => {
    const policy = all("AWS::IAM::Policy").find(({ id }) =>
      id.startsWith("TenantPlansKeys"),
    );
    const { Statement: statements } = policy?.properties["PolicyDocument"] as {
      Statement: { Action: unknown; Resource: unknown; Condition?: unknown }[];
    };
    const grants = statements.map(({ Action, Condition }) => [
      [Action].flat().join(),
      Condition,
    ]);
    const tag = expect.stringContaining(
      "auth0-tenant-authorizer",
    ) as unknown as string;
    expect(grants).toEqual([
      ["logs:CreateLogStream,logs:PutLogEvents", undefined],
      ["xray:PutTelemetryRecords,xray:PutTraceSegments", undefined],
      [
        "dynamodb:DescribeStream,dynamodb:GetRecords,dynamodb:GetShardIterator,dynamodb:ListStreams",
        undefined,
      ],
      ["dynamodb:Scan", undefined],
      [
        "dynamodb:UpdateItem",
        {
          "ForAllValues:StringEquals": {
            "dynamodb:Attributes": ["azp", "usageKey"],
          },
          StringEqualsIfExists: { "dynamodb:ReturnValues": "NONE" },
        },
      ],
      ["apigateway:GET,apigateway:POST", undefined],
      ["apigateway:PUT", undefined],
      [
        "apigateway:DELETE,apigateway:PATCH",
        {
          StringEquals: {
            "aws:ResourceTag/auth0-tenant-authorizer":
              expect.anything() as unknown,
          },
        },
      ],
    ]);
    expect(JSON.stringify(grants.at(-1))).toEqual(tag);
  });

  test("a function sweeps once an hour, and reads the stream beside the other one", () => {
    expect(only("AWS::Events::Rule").properties).toMatchObject({
      ScheduleExpression: "rate(1 hour)",
    });
    expect(all("AWS::Lambda::EventSourceMapping")).toHaveLength(2);
  });

  test("they can be made known before they are in force", () => {
    const { all: allOf } = synthesizeTenantApi({
      plans: PLANS,
      defaultPlan: "free",
      enforcePlans: false,
    });
    expect(allOf("AWS::ApiGateway::UsagePlan")).toHaveLength(2);
    for (const { properties } of allOf("AWS::ApiGateway::Method")) {
      expect(properties["ApiKeyRequired"]).not.toBe(true);
    }
  });
});

describe("plans are refused", () => {
  const free = PLANS.pro;
  test.each<[string, object, string]>([
    ["when there are none", { plans: {} }, "plans is empty"],
    [
      "without a default where there are several",
      { plans: PLANS },
      "defaultPlan is missing: say which of free, pro",
    ],
    [
      "when the default is none of them",
      { plans: { free }, defaultPlan: "gold" },
      'defaultPlan "gold" is none of the plans: free',
    ],
    ["when a default stands alone", { defaultPlan: "free" }, "without plans"],
    [
      "when only their enforcement is said",
      { enforcePlans: true },
      "enforcePlans means nothing without plans",
    ],
    [
      "with a name no record can have",
      { plans: { "a b": free } },
      "named with",
    ],
    [
      "with no rate",
      { plans: { free: { ...free, rateLimit: 0 } } },
      "needs a rate above 0",
    ],
    [
      "with no burst",
      { plans: { free: { ...free, burstLimit: 0 } } },
      "needs a burst of 1",
    ],
    [
      "with a quota of nothing",
      { plans: { free: { ...free, quota: { limit: 0, period: "DAY" } } } },
      "needs a limit of 1",
    ],
    [
      "with a period that there is not",
      { plans: { free: { ...free, quota: { limit: 1, period: "YEAR" } } } },
      "needs a period of DAY, WEEK, MONTH",
    ],
    [
      "when they are more than fit",
      {
        plans: Object.fromEntries(
          Array.from({ length: 21 }, (_, at) => [`p${at}`, free]),
        ),
        defaultPlan: "p0",
      },
      "plans are 21, and 20 fit at most",
    ],
  ])("%s", (_name, props, problem) => {
    expect(() => synthesizeTenantApi(props)).toThrow(problem);
  });
});

describe("on an API of one's own", () => {
  function build({
    apiOptions = {
      apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER,
    },
    methodOptions = { apiKeyRequired: true },
    authorizerOptions = { plans: { free: PLANS.pro } },
    planOptions = {},
  }: {
    apiOptions?: apigateway.RestApiProps;
    methodOptions?: apigateway.MethodOptions;
    authorizerOptions?: Partial<TenantAuthorizerProps>;
    planOptions?: Partial<TenantPlansProps>;
  } = {}) {
    const stack = new Stack(createApp(), "Own");
    const api = new apigateway.RestApi(stack, "Api", apiOptions);
    const tenantAuthorizer = new TenantAuthorizer(stack, "Tenants", {
      api,
      ...VALID_PROPS,
      ...authorizerOptions,
    });
    api.root.addMethod("GET", new apigateway.MockIntegration(), {
      authorizer: tenantAuthorizer.authorizer,
      ...methodOptions,
    });
    new TenantPlans(stack, "Plans", {
      tenantAuthorizer,
      stage: api.deploymentStage,
      ...planOptions,
    });
    return synthesize(stack);
  }

  test("the only plan is the default one", () => {
    expect(environmentOf(build(), "PlansKeys")["DEFAULT_PLAN"]).toBe("free");
  });

  test.each<[string, Parameters<typeof build>[0], string]>([
    [
      "without plans at the authorizer",
      { authorizerOptions: {} },
      "the authorizer has no plans",
    ],
    [
      "with keys that clients choose",
      { apiOptions: {} },
      "apiKeySourceType: ApiKeySourceType.AUTHORIZER",
    ],
    [
      "with a method that nothing limits",
      { methodOptions: {} },
      "Own/Api/Default/GET requires no API key, so no usage plan limits it",
    ],
    [
      "with more calls than the account has",
      { planOptions: { callsPerSecond: 11 } },
      "callsPerSecond must be a whole number from 1 to 10",
    ],
  ])("it is refused %s", (_name, options, problem) => {
    expect(() => build(options)).toThrow(problem);
  });
});
