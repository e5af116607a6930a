import { describe, expect, test } from "vitest";
import type { TenantApiStackProps } from "../../lib/tenant-api-stack.ts";
import { type SynthesizedTemplate, synthesizeTenantApi } from "./synthesize.ts";

const synthesizeCanary = (
  props: Partial<TenantApiStackProps> = {},
): SynthesizedTemplate => synthesizeTenantApi({ canary: true, ...props });

describe("with a canary", () => {
  const synthesized = synthesizeCanary();
  const alias = synthesized.only("AWS::Lambda::Alias");
  const version = synthesized.only("AWS::Lambda::Version");
  const group = synthesized.only("AWS::CodeDeploy::DeploymentGroup");

  test("the authorizer invokes the alias, which is the published version", () => {
    const { properties } = synthesized.only("AWS::ApiGateway::Authorizer");
    expect(JSON.stringify(properties["AuthorizerUri"])).toContain(
      JSON.stringify({ Ref: alias.id }),
    );
    expect(alias.properties).toMatchObject({
      Name: "live",
      FunctionVersion: { "Fn::GetAtt": [version.id, "Version"] },
    });
    expect(alias.properties).not.toHaveProperty("ProvisionedConcurrencyConfig");
  });

  test("API Gateway may invoke the alias for this authorizer, and the bare function not at all", () => {
    const authorizer = synthesized.only("AWS::ApiGateway::Authorizer");
    const permissions = synthesized
      .all("AWS::Lambda::Permission")
      .filter(({ properties }) =>
        JSON.stringify(properties["SourceArn"]).includes("/authorizers/"),
      );
    expect(permissions).toHaveLength(1);
    expect(permissions[0]?.properties).toMatchObject({
      FunctionName: { Ref: alias.id },
      Principal: "apigateway.amazonaws.com",
    });
    const source = JSON.stringify(permissions[0]?.properties["SourceArn"]);
    expect(source).toContain(JSON.stringify({ Ref: authorizer.id }));
    expect(source).toContain(
      JSON.stringify({ Ref: synthesized.only("AWS::ApiGateway::RestApi").id }),
    );
  });

  test("a new version gets a tenth of the invocations for five minutes, and is taken back on its alarms", () => {
    expect(group.properties).toMatchObject({
      DeploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
      },
      AlarmConfiguration: { Enabled: true },
    });
    const { Alarms: alarms } = group.properties["AlarmConfiguration"] as {
      Alarms: readonly { readonly Name: { readonly Ref: string } }[];
    };
    expect(
      alarms
        .map(({ Name: { Ref: id } }) => id.replace(/^.*Monitoring|.{8}$/g, ""))
        .sort(),
    ).toEqual(["BrokenRecords", "CouldNotTell", "NoDecision", "SlowDecisions"]);
    const resources = synthesized.template.toJSON() as {
      readonly Resources: Readonly<Record<string, object>>;
    };
    expect(resources.Resources[alias.id]).toMatchObject({
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: group.id } },
      },
    });
  });

  test("versions stay, to go back to by hand", () => {
    expect(version.deletionPolicy).toBe("Retain");
  });

  test("the alarms on which it is taken back are there once, and told to the topic", () => {
    const topic = "arn:aws:sns:eu-central-1:123456789012:alarms";
    const plain = synthesizeTenantApi({ alarmTopic: topic });
    const released = synthesizeCanary({ alarmTopic: topic });
    const alarmsOf = ({ all }: SynthesizedTemplate) =>
      all("AWS::CloudWatch::Alarm").map(({ properties }) => ({
        what: properties["AlarmDescription"],
        told: JSON.stringify(properties["AlarmActions"]),
      }));
    expect(alarmsOf(released)).toHaveLength(alarmsOf(plain).length);
    expect(new Set(alarmsOf(released).map(({ what }) => what))).toEqual(
      new Set(alarmsOf(plain).map(({ what }) => what)),
    );
    for (const { told } of alarmsOf(released)) expect(told).toContain(topic);
  });
});

test.each([
  ["linear10PercentEvery3Minutes", "LambdaLinear10PercentEvery3Minutes"],
  ["allAtOnce", "LambdaAllAtOnce"],
] as const)("%s is CodeDeploy's %s", (canary, name) => {
  expect(
    synthesizeCanary({ canary }).only("AWS::CodeDeploy::DeploymentGroup")
      .properties["DeploymentConfigName"],
  ).toBe(`CodeDeployDefault.${name}`);
});

test("environments that are kept started belong to the alias", () => {
  const { only } = synthesizeCanary({ provisionedConcurrentExecutions: 3 });
  expect(only("AWS::Lambda::Alias").properties).toMatchObject({
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 },
  });
});

describe("is refused:", () => {
  test.each<{
    name: string;
    props: Partial<TenantApiStackProps>;
    words: RegExp;
  }>([
    {
      name: "a way to take over that CodeDeploy has not",
      props: { canary: "canary50Percent" as "allAtOnce" },
      words:
        /canary must be true, false or one of canary10Percent5Minutes, .*not "canary50Percent"/,
    },
    {
      name: "environments kept started without an alias",
      props: { provisionedConcurrentExecutions: 1 },
      words: /belongs to the alias that canary makes: set canary as well/,
    },
    {
      name: "environments kept started, with an alias switched off",
      props: { canary: false, provisionedConcurrentExecutions: 1 },
      words: /belongs to the alias that canary makes: set canary as well/,
    },
    {
      name: "none kept started",
      props: { canary: true, provisionedConcurrentExecutions: 0 },
      words: /provisionedConcurrentExecutions must be a whole number from 1/,
    },
    {
      name: "more kept started than may run",
      props: {
        canary: true,
        provisionedConcurrentExecutions: 3,
        reservedConcurrentExecutions: 2,
      },
      words: /is 3, more than reservedConcurrentExecutions \(2\)/,
    },
  ])("$name", ({ props, words }) => {
    expect(() => synthesizeTenantApi(props)).toThrow(words);
  });

  test("but not as many kept started as may run", () => {
    expect(() =>
      synthesizeCanary({
        provisionedConcurrentExecutions: 2,
        reservedConcurrentExecutions: 2,
      }),
    ).not.toThrow();
  });
});
