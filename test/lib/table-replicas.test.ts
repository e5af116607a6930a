/** The stack with the table, and the stack of a further region on its replica. */
import { Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import { describe, expect, test } from "vitest";
import { parseTenantChangesConfig } from "../../lambda/tenant-changes/config.ts";
import type { TenantApiStackProps } from "../../lib/tenant-api-stack.ts";
import { TenantAuthorizer } from "../../lib/tenant-authorizer.ts";
import { TenantPlans } from "../../lib/tenant-plans.ts";
import { TenantTable } from "../../lib/tenant-table.ts";
import {
  createApp,
  type SynthesizedTemplate,
  synthesize,
  synthesizeTenantApi,
  VALID_PROPS,
} from "./synthesize.ts";

const HOME = { env: { region: "eu-central-1" } };
const AWAY = { env: { region: "us-east-1" } };
const REPLICAS = { ...HOME, replicaRegions: ["us-east-1", "ap-south-1"] };
const TABLE_ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/acme-tenants";
const STREAM_ARN = `${TABLE_ARN}/stream/2026-01-01T00:00:00.000`;
const ON_REPLICA = { ...AWAY, tableStreamArn: STREAM_ARN };
const keyOf = (region: string) =>
  `arn:aws:kms:${region}:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000`;
const DOMAIN = {
  domainName: "api.acme.com",
  certificateArn:
    "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000",
  hostedZoneId: "Z0123456789ABC",
};
const HEALTH_CHECK = "0a1b2c3d-0000-4000-8000-000000000000";

const home = synthesizeTenantApi(REPLICAS);
const away = synthesizeTenantApi(ON_REPLICA);

function mappingOf({ only }: SynthesizedTemplate) {
  return only("AWS::Lambda::EventSourceMapping").properties;
}

function variablesOf({ all }: SynthesizedTemplate, prefix: string) {
  const found = all("AWS::Lambda::Function").find(({ id }) =>
    id.startsWith(prefix),
  );
  const { Variables: variables } = found?.properties["Environment"] as {
    readonly Variables: Readonly<Record<string, unknown>>;
  };
  return variables;
}

/** What a role is granted on, for the actions of one service. */
function resourcesOf(
  { all }: SynthesizedTemplate,
  prefix: string,
  service: string,
): readonly unknown[] {
  return all("AWS::IAM::Policy")
    .filter(({ id }) => id.startsWith(prefix))
    .flatMap(({ properties }) => {
      const { Statement: statements } = properties["PolicyDocument"] as {
        readonly Statement: readonly {
          readonly Action: string | readonly string[];
          readonly Resource: unknown;
        }[];
      };
      return statements
        .filter(({ Action: action }) =>
          [action].flat().some((one) => one.startsWith(`${service}:`)),
        )
        .map(({ Resource: resource }) => resource);
    });
}

describe("the stack with the table", () => {
  const table = home.only("AWS::DynamoDB::GlobalTable");

  test("keeps each replica as the table itself: protected, with backups", () => {
    const kept = {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    };
    expect(table.properties["Replicas"]).toEqual([
      { Region: "us-east-1", ...kept },
      { Region: "ap-south-1", ...kept },
      { Region: "eu-central-1", ...kept },
    ]);
    expect(table.deletionPolicy).toBe("Retain");
    expect(table.properties).toMatchObject({
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    });
    // The mode that is the default, and has TTL.
    expect(table.properties).not.toHaveProperty("MultiRegionConsistency");
  });

  test("gives replicas up with the table where that is asked for", () => {
    const { properties } = synthesizeTenantApi({
      ...REPLICAS,
      deletionProtection: false,
    }).only("AWS::DynamoDB::GlobalTable");
    expect(properties["Replicas"]).toMatchObject([
      { DeletionProtectionEnabled: false },
      { DeletionProtectionEnabled: false },
      { DeletionProtectionEnabled: false },
    ]);
  });

  test("keeps the id, and so the name and the rows, of a table that had no replicas", () => {
    const plain = synthesizeTenantApi().only("AWS::DynamoDB::GlobalTable");
    expect(table.id).toBe(plain.id);
    expect(table.properties).not.toHaveProperty("TableName");
    expect(plain.properties).not.toHaveProperty("TableName");
  });

  test("reads the table and the stream of its own region alone", () => {
    expect(resourcesOf(home, "TenantAuthorizer", "dynamodb")).toEqual([
      { "Fn::GetAtt": [table.id, "Arn"] },
    ]);
    const stream = { "Fn::GetAtt": [table.id, "StreamArn"] };
    expect(resourcesOf(home, "TenantChanges", "dynamodb")).toEqual([stream]);
    expect(mappingOf(home)["EventSourceArn"]).toEqual(stream);
  });

  test("encrypts each replica with the key of its own region", () => {
    const { only } = synthesizeTenantApi({
      ...REPLICAS,
      kmsKeyArn: true,
      replicaKeyArns: {
        "us-east-1": keyOf("us-east-1"),
        "ap-south-1": keyOf("ap-south-1"),
      },
    });
    const { properties } = only("AWS::DynamoDB::GlobalTable");
    expect(properties["Replicas"]).toMatchObject([
      { SSESpecification: { KMSMasterKeyId: keyOf("us-east-1") } },
      { SSESpecification: { KMSMasterKeyId: keyOf("ap-south-1") } },
      {
        Region: "eu-central-1",
        SSESpecification: {
          KMSMasterKeyId: { "Fn::GetAtt": [only("AWS::KMS::Key").id, "Arn"] },
        },
      },
    ]);
  });
});

describe("the stack of a further region", () => {
  test("has no table, and reads the replica", () => {
    away.template.resourceCountIs("AWS::DynamoDB::GlobalTable", 0);
    expect(variablesOf(away, "TenantAuthorizer")["TENANT_TABLE"]).toBe(
      "acme-tenants",
    );
    expect(away.outputs["TenantTableName"]?.Value).toBe("acme-tenants");
    expect(resourcesOf(away, "TenantAuthorizer", "dynamodb")).toEqual([
      TABLE_ARN,
    ]);
  });

  test("flushes its own stage for what is in the replica's own stream", () => {
    expect(mappingOf(away)["EventSourceArn"]).toBe(STREAM_ARN);
    expect(resourcesOf(away, "TenantChanges", "dynamodb")).toEqual([
      STREAM_ARN,
    ]);
    const [cache] = resourcesOf(away, "TenantChanges", "apigateway");
    expect(JSON.stringify(cache)).toContain("arn:aws:apigateway:us-east-1::");
  });

  test("uses the replica's key, through the DynamoDB of its region", () => {
    const { all } = synthesizeTenantApi({
      ...ON_REPLICA,
      kmsKeyArn: keyOf("us-east-1"),
    });
    const policy = all("AWS::IAM::Policy").find(({ id }) =>
      id.startsWith("TenantAuthorizer"),
    );
    expect(
      (policy?.properties["PolicyDocument"] as Record<string, unknown>)[
        "Statement"
      ],
    ).toContainEqual({
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: keyOf("us-east-1"),
      Condition: {
        StringLike: {
          "kms:ViaService": "dynamodb.us-east-1.amazonaws.com*",
        },
      },
    });
  });
});

describe("a change", () => {
  const read = (template: SynthesizedTemplate) =>
    parseTenantChangesConfig({
      ...(variablesOf(template, "TenantChanges") as Record<string, string>),
      REST_API_ID: "abcdef1234",
      STAGE_NAME: "prod",
    }).tableMayHaveReplicas;

  test.each([
    { name: "with replicas", template: home },
    { name: "on a replica", template: away },
    {
      name: "with a table of the team's own, of which that is not known",
      template: synthesizeTenantApi({
        table: dynamodb.TableV2.fromTableAttributes(new Stack(), "Table", {
          tableArn: TABLE_ARN,
          tableStreamArn: STREAM_ARN,
        }),
      }),
    },
  ])("counts from its arrival, however old it looks, $name", ({ template }) => {
    expect(read(template)).toBe(true);
    // No stream keeps a record for longer than a day.
    expect(mappingOf(template)["MaximumRecordAgeInSeconds"]).toBeGreaterThan(
      86_400,
    );
  });

  test("counts from its stamp where there is one region", () => {
    const plain = synthesizeTenantApi();
    expect(read(plain)).toBe(false);
    expect(mappingOf(plain)["MaximumRecordAgeInSeconds"]).toBe(3600);
  });
});

describe("the domain's record", () => {
  const recordOf = (props: Partial<TenantApiStackProps>) =>
    synthesizeTenantApi(props).only("AWS::Route53::RecordSet").properties;

  test("is one of several by latency, and goes by a health check", () => {
    expect(
      recordOf({
        ...ON_REPLICA,
        customDomain: { ...DOMAIN, healthCheckId: HEALTH_CHECK },
      }),
    ).toMatchObject({
      Name: "api.acme.com.",
      Region: "us-east-1",
      SetIdentifier: expect.any(String) as unknown,
      HealthCheckId: HEALTH_CHECK,
    });
  });

  test("is the only one where there is one region", () => {
    const record = recordOf({ ...AWAY, customDomain: DOMAIN });
    expect(record).not.toHaveProperty("Region");
    expect(record).not.toHaveProperty("SetIdentifier");
  });

  test("can be made elsewhere: the outputs name target and zone", () => {
    const { only, outputs } = synthesizeTenantApi({
      ...ON_REPLICA,
      customDomain: {
        domainName: DOMAIN.domainName,
        certificateArn: DOMAIN.certificateArn,
      },
    });
    const { id } = only("AWS::ApiGateway::DomainName");
    expect(outputs["ApiDomainTargetZone"]?.Value).toEqual({
      "Fn::GetAtt": [id, "RegionalHostedZoneId"],
    });
  });
});

describe("a stack is refused", () => {
  const KEYS = { "us-east-1": keyOf("us-east-1") };
  const PLANS = { plans: { free: { rateLimit: 1, burstLimit: 1 } } };

  test.each<[string, Partial<TenantApiStackProps>, string]>([
    [
      "with replicas, and plans, whose keys would be written into the rows",
      { ...REPLICAS, ...PLANS },
      "plans and replicas exclude each other",
    ],
    [
      "on a replica, with plans",
      { ...ON_REPLICA, ...PLANS },
      "plans and replicas exclude each other",
    ],
    [
      "with replicas, and a region that is left to the deployment",
      { replicaRegions: ["us-east-1"] },
      "replicaRegions needs the stack's own region",
    ],
    [
      "with a replica in its own region",
      { ...HOME, replicaRegions: ["eu-central-1"] },
      "which is the table's own region",
    ],
    [
      "with two replicas in one region",
      { ...HOME, replicaRegions: ["us-east-1", "us-east-1"] },
      'names "us-east-1" twice',
    ],
    [
      "with a replica in no region",
      { ...HOME, replicaRegions: ["Frankfurt"] },
      '"Frankfurt" is not an AWS region',
    ],
    [
      "with a key of its own, and none for a replica",
      { ...REPLICAS, kmsKeyArn: true, replicaKeyArns: KEYS },
      "name one for ap-south-1 in replicaKeyArns",
    ],
    [
      "with a key for a replica, and none of its own",
      { ...HOME, replicaRegions: ["us-east-1"], replicaKeyArns: KEYS },
      "replicaKeyArns means nothing without a key for the table itself",
    ],
    [
      "with a key for a replica that is of another region",
      {
        ...HOME,
        replicaRegions: ["us-east-1"],
        kmsKeyArn: true,
        replicaKeyArns: { "us-east-1": keyOf("us-west-2") },
      },
      "must name a KMS key of us-east-1 for us-east-1",
    ],
    [
      "with a key for a region without a replica",
      {
        ...HOME,
        replicaRegions: ["us-east-1"],
        kmsKeyArn: true,
        replicaKeyArns: { ...KEYS, "us-west-2": keyOf("us-west-2") },
      },
      'names "us-west-2", which is none of replicaRegions',
    ],
    [
      "with replicas of a table that it is given",
      {
        ...REPLICAS,
        table: dynamodb.TableV2.fromTableName(new Stack(), "Table", "tenants"),
        flushOnTenantChange: false,
      },
      "replicaRegions are of a new table",
    ],
    [
      "in one region, on the replica of another",
      { ...HOME, tableStreamArn: STREAM_ARN },
      "tableStreamArn is of us-east-1 and the stack of eu-central-1",
    ],
    [
      "on a replica, in a region that is left to the deployment",
      { tableStreamArn: STREAM_ARN },
      'needs the stack\'s region to be known: give it env: { region: "us-east-1" }',
    ],
    [
      "on a table whose stream is not named",
      { ...AWAY, tableStreamArn: TABLE_ARN },
      "must be the ARN of a table's stream",
    ],
    [
      "on a replica, with replicas of its own",
      { ...ON_REPLICA, replicaRegions: ["ap-south-1"] },
      "tableStreamArn and replicaRegions exclude each other",
    ],
    [
      "on a replica, with an encryption for a new table",
      {
        ...ON_REPLICA,
        tableEncryption: dynamodb.TableEncryptionV2.awsManagedKey(),
      },
      "table and tableEncryption mean nothing beside it",
    ],
    [
      "on a replica, with a new key, which it is not encrypted with",
      { ...ON_REPLICA, kmsKeyArn: true },
      "kmsKeyArn must be the ARN of the replica's key",
    ],
    [
      "with a health check of no record",
      {
        customDomain: {
          domainName: DOMAIN.domainName,
          certificateArn: DOMAIN.certificateArn,
          healthCheckId: HEALTH_CHECK,
        },
      },
      "a health check means nothing without hostedZoneId",
    ],
    [
      "with a health check that is none",
      { customDomain: { ...DOMAIN, healthCheckId: "api is up" } },
      'health check id "api is up" must be',
    ],
  ])("%s", (_name, props, problem) => {
    expect(() => synthesizeTenantApi(props)).toThrow(problem);
  });
});

describe("in an app of one's own", () => {
  const build = (table: (stack: Stack) => dynamodb.TableV2) => {
    const stack = new Stack(createApp(), "Own", HOME);
    const api = new apigateway.RestApi(stack, "Api", {
      apiKeySourceType: apigateway.ApiKeySourceType.AUTHORIZER,
    });
    const tenantAuthorizer = new TenantAuthorizer(stack, "Tenants", {
      ...VALID_PROPS,
      api,
      table: table(stack) as dynamodb.ITableV2,
      plans: { free: { rateLimit: 1, burstLimit: 1 } },
    });
    api.root.addMethod("GET", new apigateway.MockIntegration(), {
      authorizer: tenantAuthorizer.authorizer,
      apiKeyRequired: true,
    });
    new TenantPlans(stack, "Plans", {
      tenantAuthorizer,
      stage: api.deploymentStage,
    });
    return stack;
  };
  const tableIn = (stack: Stack) =>
    new TenantTable(stack, "Table", { tenantClaim: "azp" });

  test("plans take a table of one region", () => {
    expect(
      synthesize(build(tableIn)).all("AWS::ApiGateway::UsagePlan"),
    ).toHaveLength(1);
  });

  test("plans are refused where the table got a replica, even afterwards", () => {
    const stack = build((scope) => {
      const table = tableIn(scope);
      table.addReplica({ region: "us-east-1" });
      return table;
    });
    expect(() => synthesize(stack)).toThrow(
      "plans and replicas exclude each other",
    );
  });

  test("a table with a key of its own is refused a replica without one", () => {
    const stack = new Stack(createApp(), "Own", HOME);
    expect(
      () =>
        new TenantTable(stack, "Table", {
          tenantClaim: "azp",
          replicaRegions: ["us-east-1"],
          encryption: dynamodb.TableEncryptionV2.customerManagedKey(
            new kms.Key(stack, "Key"),
          ),
        }),
    ).toThrow("name one for us-east-1 in replicaKeyArns");
  });
});
