import { readFileSync } from "node:fs";
import { Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import { AuthorizerMonitoring } from "../../lib/monitoring/authorizer-monitoring.ts";
import {
  TenantAuthorizer,
  type TenantAuthorizerProps,
} from "../../lib/tenant-authorizer.ts";
import { TenantMonitoring } from "../../lib/tenant-monitoring.ts";
import {
  createApp,
  type Resource,
  synthesize,
  synthesizeTenantApi,
  VALID_PROPS,
} from "./synthesize.ts";

const ALARM = "AWS::CloudWatch::Alarm";
const FILTER = "AWS::Logs::MetricFilter";
const TOPIC_ARN = "arn:aws:sns:eu-central-1:123456789012:on-call";

const PLANS = { free: { rateLimit: 10, burstLimit: 20 } };
const synthesized = synthesizeTenantApi({ plans: PLANS });

function createOwnApi(
  options: Partial<Omit<TenantAuthorizerProps, "api">> = {},
) {
  const stack = new Stack(createApp(), "Own");
  const api = new apigateway.RestApi(stack, "Api");
  const tenants = new TenantAuthorizer(stack, "Tenants", {
    api,
    ...VALID_PROPS,
    ...options,
  });
  api.root.addMethod("GET", new apigateway.MockIntegration(), {
    authorizer: tenants.authorizer,
  });
  return { stack, api, tenants };
}

function findAlarm(alarms: readonly Resource[], section: string): Resource {
  const found = alarms.find(({ properties }) =>
    JSON.stringify(properties["AlarmDescription"]).includes(`#${section}`),
  );
  if (found === undefined) throw new Error(`no alarm of ${section}`);
  return found;
}

/** Every logical id that a value leads to. */
function referencesOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "Ref"
      ? [String(item)]
      : key === "Fn::GetAtt"
        ? [String((item as readonly unknown[])[0])]
        : referencesOf(item),
  );
}

describe("metrics", () => {
  const transformations = synthesized.all(FILTER).flatMap(
    ({ properties }) =>
      properties["MetricTransformations"] as readonly {
        readonly MetricName: string;
        readonly Dimensions?: readonly { readonly Key: string }[];
      }[],
  );

  test("have no dimension but the reason: no tenant, no token decides how many there are", () => {
    expect(
      transformations.flatMap(({ Dimensions = [] }) =>
        Dimensions.map(({ Key }) => Key),
      ),
    ).toEqual(["reason"]);
  });

  test("are read off the authorizer's log alone", () => {
    const logs = new Set(
      synthesized
        .all(FILTER)
        .flatMap(({ properties }) => referencesOf(properties["LogGroupName"])),
    );
    expect([...logs]).toEqual([
      expect.stringMatching(/^TenantAuthorizerLogGroup/),
    ]);
  });

  test("are those of the runbook", () => {
    const runbook = readFileSync(
      new URL("../../docs/runbook.md", import.meta.url),
      "utf8",
    );
    const [, table = ""] =
      /<!-- table:metrics -->(.*?)<!-- \/table -->/s.exec(runbook) ?? [];
    const documented = [...table.matchAll(/^\| `(\w+)`/gm)].map(
      ([, name]) => name,
    );
    const own = transformations.map(({ MetricName }) => MetricName);
    expect(documented.slice(0, own.length).toSorted()).toEqual(own.toSorted());
    expect(documented.slice(own.length)).toEqual([
      "RevocationLagSeconds",
      "AuthorizerCacheFlushes",
      "TenantChanges",
      "TenantKeysMade",
      "TenantKeysRemoved",
      "TenantsOverKeyLimit",
    ]);
  });
});

describe("the dashboard", () => {
  const { DashboardBody: body } = synthesized.only("AWS::CloudWatch::Dashboard")
    .properties as {
    readonly DashboardBody: {
      readonly "Fn::Join": readonly [string, readonly unknown[]];
    };
  };
  const text = body["Fn::Join"][1]
    .map((part) => (typeof part === "string" ? part : "resolved"))
    .join("");

  test("is one that CloudWatch can read, and shows every alarm", () => {
    const { widgets } = JSON.parse(text) as {
      readonly widgets: readonly {
        readonly type: string;
        readonly properties: { readonly alarms?: readonly string[] };
      }[];
    };
    expect(widgets[0]?.properties.alarms).toHaveLength(
      synthesized.all(ALARM).length,
    );
    expect(widgets.length).toBeGreaterThan(8);
  });

  test.each(
    synthesized.all(FILTER).flatMap(({ properties }) => {
      const [transformation] = properties["MetricTransformations"] as readonly {
        readonly MetricName: string;
      }[];
      return transformation?.MetricName ?? [];
    }),
  )("shows %s", (metricName) => {
    // The reasons are searched for, the others are named.
    expect(text).toMatch(
      new RegExp(`"${metricName}"|MetricName=\\\\"${metricName}`),
    );
  });
});

describe("the function's alarms", () => {
  test("name the function and nothing else, so that its deployment can wait for them", () => {
    const { stack, tenants } = createOwnApi();
    new AuthorizerMonitoring(stack, "Eyes", { tenantAuthorizer: tenants });
    const { all } = synthesize(stack);
    const named = new Set(
      all(ALARM).flatMap(({ properties }) => referencesOf(properties)),
    );
    expect([...named]).toEqual([
      expect.stringMatching(/^TenantsAuthorizerFunction|^TenantsFunction/),
    ]);
  });

  test("leave an alias for its function", () => {
    const { stack, tenants } = createOwnApi();
    // aws-cdk-lib's classes fit their own interfaces only without exactOptionalPropertyTypes.
    const version = lambda.Version.fromVersionAttributes(stack, "Version", {
      lambda: tenants.function,
      version: "7",
    });
    const alias = new lambda.Alias(stack, "Live", {
      aliasName: "live",
      version,
    }) as lambda.IFunction;
    new AuthorizerMonitoring(stack, "Eyes", {
      tenantAuthorizer: {
        function: alias,
        logGroup: tenants.logGroup,
        tenantCacheTtl: tenants.tenantCacheTtl,
        jwksMaxAge: tenants.jwksMaxAge,
      },
    });
    const { all } = synthesize(stack);
    expect(JSON.stringify(all(ALARM))).not.toContain("Live");
  });

  test("that a release can raise are told apart", () => {
    const { stack, tenants } = createOwnApi();
    const { alarms, releaseAlarms } = new AuthorizerMonitoring(stack, "Eyes", {
      tenantAuthorizer: tenants,
    });
    expect(alarms).toHaveLength(8);
    expect(releaseAlarms.map(({ node }) => node.id)).toEqual([
      "CouldNotTell",
      "NoDecision",
      "BrokenRecords",
      "SlowDecisions",
    ]);
  });

  test("throttled looks at this function's refused runs", () => {
    const { properties } = findAlarm(synthesized.all(ALARM), "throttled");
    expect(properties).toMatchObject({
      Namespace: "AWS/Lambda",
      MetricName: "Throttles",
      Statistic: "Sum",
      Period: 60,
      Threshold: 1,
      EvaluationPeriods: 1,
      Dimensions: [
        {
          Name: "FunctionName",
          Value: { Ref: expect.stringMatching(/^TenantAuthorizer/) as string },
        },
      ],
    });
  });

  test.each([
    { section: "stale-keys", option: "jwksMaxAge", threshold: 180 },
    { section: "stale-records", option: "tenantCacheTtl", threshold: 121 },
  ])("$section follows $option", ({ section, option, threshold }) => {
    const { stack, tenants } = createOwnApi({ [option]: Duration.minutes(2) });
    new AuthorizerMonitoring(stack, "Eyes", { tenantAuthorizer: tenants });
    const alarm = findAlarm(synthesize(stack).all(ALARM), section);
    expect(alarm.properties["Threshold"]).toBe(threshold);
  });
});

describe("in any app", () => {
  test("eyes can be put beside the authorizer, without flushes, access log and topic", () => {
    const { stack, api, tenants } = createOwnApi();
    const { alarms } = new TenantMonitoring(stack, "Monitoring", {
      tenantAuthorizer: tenants,
      stage: api.deploymentStage,
    });
    const { all } = synthesize(stack);
    expect(all(ALARM)).toHaveLength(alarms.length);
    // Those about requests need the access log.
    expect(all("AWS::Logs::QueryDefinition")).toHaveLength(3);
  });

  test("thresholds are the team's to set", () => {
    const { stack, api, tenants } = createOwnApi();
    new TenantMonitoring(stack, "Monitoring", {
      tenantAuthorizer: tenants,
      stage: api.deploymentStage,
      thresholds: { unknownTenants: 500, cacheMissPercent: 90 },
    });
    const alarms = synthesize(stack).all(ALARM);
    const thresholdOf = (section: string) =>
      findAlarm(alarms, section).properties["Threshold"];
    expect(
      ["unknown-tenants", "cache-misses", "could-not-tell"].map(thresholdOf),
    ).toEqual([500, 90, 1]);
  });

  test("with nothing kept by the gateway, misses are no alarm", () => {
    const { stack, api, tenants } = createOwnApi({
      resultsCacheTtl: Duration.seconds(0),
    });
    new TenantMonitoring(stack, "Monitoring", {
      tenantAuthorizer: tenants,
      stage: api.deploymentStage,
    });
    expect(() =>
      findAlarm(synthesize(stack).all(ALARM), "cache-misses"),
    ).toThrow("no alarm");
  });
});

describe("the topic", () => {
  test("is told of every alarm, and of its end", () => {
    const { all } = synthesizeTenantApi({
      alarmTopic: TOPIC_ARN,
      plans: PLANS,
    });
    expect(all(ALARM)).toHaveLength(15);
    for (const { properties } of all(ALARM)) {
      expect(properties).toMatchObject({
        AlarmActions: [TOPIC_ARN],
        OKActions: [TOPIC_ARN],
      });
    }
  });

  test("may be one of the app", () => {
    const { stack, api, tenants } = createOwnApi();
    new TenantMonitoring(stack, "Monitoring", {
      tenantAuthorizer: tenants,
      stage: api.deploymentStage,
      alarmTopic: new sns.Topic(stack, "OnCall"),
    });
    const { all, only } = synthesize(stack);
    for (const { properties } of all(ALARM)) {
      expect(properties["AlarmActions"]).toEqual([
        { Ref: only("AWS::SNS::Topic").id },
      ]);
    }
  });

  test("nobody is told without one", () => {
    for (const { properties } of synthesized.all(ALARM)) {
      expect(properties).not.toHaveProperty("AlarmActions");
    }
  });

  test.each([
    ["on-call", "must be the ARN of an SNS topic"],
    [`${TOPIC_ARN}.fifo`, "must be the ARN of an SNS topic"],
  ])("%s is refused", (alarmTopic, problem) => {
    expect(() => synthesizeTenantApi({ alarmTopic })).toThrow(problem);
  });

  test("is refused without monitoring", () => {
    expect(() =>
      synthesizeTenantApi({ alarmTopic: TOPIC_ARN, monitoring: false }),
    ).toThrow("alarmTopic means nothing without monitoring");
  });
});

test("without monitoring there are the alarms of the stream's functions alone", () => {
  const { all, template } = synthesizeTenantApi({
    monitoring: false,
    plans: PLANS,
  });
  expect(
    all(ALARM).map(({ id }) => /^Tenant(?:Changes|Plans)/.exec(id)?.[0]),
  ).toEqual([
    "TenantChanges",
    "TenantChanges",
    "TenantChanges",
    "TenantPlans",
    "TenantPlans",
  ]);
  for (const type of [
    FILTER,
    "AWS::CloudWatch::Dashboard",
    "AWS::Logs::QueryDefinition",
  ]) {
    template.resourceCountIs(type, 0);
  }
});
