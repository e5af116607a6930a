import { CfnParameter, Stack } from "aws-cdk-lib";
import * as kms from "aws-cdk-lib/aws-kms";
import { describe, expect, test } from "vitest";
import {
  TenantApiStack,
  type TenantApiStackProps,
} from "../../lib/tenant-api-stack.ts";
import {
  createApp,
  type Resource,
  synthesize,
  synthesizeTenantApi,
  type SynthesizedTemplate,
  VALID_PROPS,
} from "./synthesize.ts";

const WEB_ACL = "AWS::WAFv2::WebACL";
const ASSOCIATION = "AWS::WAFv2::WebACLAssociation";
const WEB_ACL_ARN =
  "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/acme/0a1b2c3d-0000-4000-8000-000000000000";
const CERTIFICATE_ARN =
  "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000";
const KEY_ARN =
  "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000";
const PLANS = { free: { rateLimit: 10, burstLimit: 20 } };
const DOMAIN = { domainName: "api.acme.com", certificateArn: CERTIFICATE_ARN };

const plain = synthesizeTenantApi();
const answerOf = ({ all }: SynthesizedTemplate, type: string) =>
  all("AWS::ApiGateway::GatewayResponse").find(
    ({ properties }) => properties["ResponseType"] === type,
  )?.properties;

describe("a firewall", () => {
  const guarded = synthesizeTenantApi({
    waf: { requestLimit: 2000, tokenlessLimit: 100 },
    corsOrigins: ["https://app.acme.com"],
  });
  const { id, properties } = guarded.only(WEB_ACL);
  const rules = properties["Rules"] as readonly Resource["properties"][];

  test("stands before the stage", () => {
    const { properties: association } = guarded.only(ASSOCIATION);
    expect(association["WebACLArn"]).toEqual({ "Fn::GetAtt": [id, "Arn"] });
    expect(JSON.stringify(association["ResourceArn"])).toContain(
      JSON.stringify({ Ref: guarded.only("AWS::ApiGateway::Stage").id }),
    );
  });

  test("blocks above its limits per address, and lets all else pass", () => {
    expect(properties).toMatchObject({
      Scope: "REGIONAL",
      DefaultAction: { Allow: {} },
    });
    expect(rules).toMatchObject([
      {
        Name: "TokenlessPerIp",
        Action: { Block: {} },
        Statement: {
          RateBasedStatement: {
            AggregateKeyType: "IP",
            EvaluationWindowSec: 300,
            Limit: 100,
          },
        },
      },
      {
        Name: "RequestsPerIp",
        Action: { Block: {} },
        Statement: {
          RateBasedStatement: {
            AggregateKeyType: "IP",
            EvaluationWindowSec: 300,
            Limit: 2000,
          },
        },
      },
    ]);
  });

  test("limits all requests, whatever they carry", () => {
    expect(JSON.stringify(rules[1])).not.toContain("ScopeDownStatement");
  });

  test("takes for tokenless exactly what the authorizer is never asked about, but for preflights", () => {
    const text = JSON.stringify(rules[0]);
    expect(rules[0]).toMatchObject({
      Statement: {
        RateBasedStatement: {
          ScopeDownStatement: {
            NotStatement: {
              Statement: {
                OrStatement: {
                  Statements: [
                    {
                      RegexMatchStatement: {
                        FieldToMatch: {
                          SingleHeader: { Name: "authorization" },
                        },
                      },
                    },
                    {
                      ByteMatchStatement: {
                        FieldToMatch: { Method: {} },
                        SearchString: "OPTIONS",
                        PositionalConstraint: "EXACTLY",
                      },
                    },
                  ],
                },
              },
            },
          },
        },
      },
    });
    const [, expression = ""] =
      /"RegexString":"((?:[^"\\]|\\.)*)"/.exec(text) ?? [];
    const bearer = new RegExp(JSON.parse(`"${expression}"`) as string);
    const authorizer = new RegExp(
      guarded.only("AWS::ApiGateway::Authorizer").properties[
        "IdentityValidationExpression"
      ] as string,
    );
    for (const header of ["Bearer a.b.c", "bEARER eyJ0.e-J9._x"]) {
      expect([authorizer.test(header), bearer.test(header)]).toEqual([
        true,
        true,
      ]);
    }
    for (const header of ["", "Basic a.b.c", "a.b.c", "Bearer  a.b.c", "x"]) {
      expect([authorizer.test(header), bearer.test(header)]).toEqual([
        false,
        false,
      ]);
    }
    // The firewall is handed the first 8 kB of headers: a token cut short is a token.
    expect(bearer.test(`Bearer ${"a".repeat(7000)}.b`)).toBe(true);
  });

  test("keeps no sample of a request, whose headers hold tokens", () => {
    const visibilities = [properties, ...rules].map(
      (holder) => holder["VisibilityConfig"],
    );
    expect(visibilities).toHaveLength(3);
    for (const visibility of visibilities) {
      expect(visibility).toMatchObject({
        SampledRequestsEnabled: false,
        CloudWatchMetricsEnabled: true,
      });
    }
  });

  test("answers 429 with Retry-After and CORS headers, as a limit does", () => {
    expect(answerOf(guarded, "WAF_FILTERED")).toMatchObject({
      StatusCode: "429",
      ResponseParameters: {
        "gatewayresponse.header.Retry-After": "'60'",
        "gatewayresponse.header.Access-Control-Allow-Origin":
          "'https://app.acme.com'",
      },
    });
  });

  test("has limits that a large company's single address keeps", () => {
    const { only } = synthesizeTenantApi({ waf: true });
    const limits = JSON.stringify(only(WEB_ACL).properties).match(
      /"Limit":\d+/g,
    );
    expect(limits).toEqual(['"Limit":500', '"Limit":30000']);
  });

  test("counts and blocks nothing when asked to", () => {
    const { only } = synthesizeTenantApi({ waf: { countOnly: true } });
    const text = JSON.stringify(only(WEB_ACL).properties);
    expect(text.match(/"Action":\{"Count":\{\}\}/g)).toHaveLength(2);
    expect(text).not.toContain("Block");
  });

  test("that exists is associated, and its refusals are 403: they can have any reason", () => {
    const own = synthesizeTenantApi({ waf: WEB_ACL_ARN });
    own.template.resourceCountIs(WEB_ACL, 0);
    expect(own.only(ASSOCIATION).properties["WebACLArn"]).toBe(WEB_ACL_ARN);
    expect(answerOf(own, "WAF_FILTERED")).toMatchObject({ StatusCode: "403" });
  });

  test.each([{}, { waf: false }])("is not there by default: %j", (props) => {
    const without = synthesizeTenantApi(props);
    without.template.resourceCountIs(WEB_ACL, 0);
    without.template.resourceCountIs(ASSOCIATION, 0);
    expect(answerOf(without, "WAF_FILTERED")).toBeUndefined();
  });
});

describe("a domain of the team's own", () => {
  const named = synthesizeTenantApi({
    customDomain: { ...DOMAIN, hostedZoneId: "Z0123456789ABC" },
  });
  const domain = named.only("AWS::ApiGateway::DomainName");

  test("is regional, speaks TLS 1.2 at least, and shows the certificate", () => {
    expect(domain.properties).toMatchObject({
      DomainName: "api.acme.com",
      EndpointConfiguration: { Types: ["REGIONAL"] },
      SecurityPolicy: "TLS_1_2",
      RegionalCertificateArn: CERTIFICATE_ARN,
    });
  });

  test("has the stage at its root", () => {
    expect(named.only("AWS::ApiGateway::BasePathMapping").properties).toEqual({
      DomainName: { Ref: domain.id },
      RestApiId: { Ref: named.only("AWS::ApiGateway::RestApi").id },
      Stage: { Ref: named.only("AWS::ApiGateway::Stage").id },
    });
  });

  test("is the only way in, also on the stage that is deployed already", () => {
    const { properties } = named.only("AWS::ApiGateway::RestApi");
    expect(properties["DisableExecuteApiEndpoint"]).toBe(true);
    // The endpoint goes with a new deployment, which a new logical id makes.
    expect(named.only("AWS::ApiGateway::Deployment").id).not.toBe(
      plain.only("AWS::ApiGateway::Deployment").id,
    );
  });

  test("is what the outputs show, with what DNS must point at", () => {
    expect(named.outputs["ApiUrl"]?.Value).toBe("https://api.acme.com/");
    expect(named.outputs["ApiDomainTarget"]?.Value).toEqual({
      "Fn::GetAtt": [domain.id, "RegionalDomainName"],
    });
  });

  test("gets its record in the zone that is named", () => {
    expect(named.only("AWS::Route53::RecordSet").properties).toMatchObject({
      Name: "api.acme.com.",
      Type: "A",
      HostedZoneId: "Z0123456789ABC",
    });
  });

  test("gets no record without one", () => {
    const { template } = synthesizeTenantApi({ customDomain: DOMAIN });
    template.resourceCountIs("AWS::Route53::RecordSet", 0);
  });

  test("leaves the authorizer as it is", () => {
    const TYPE = "AWS::ApiGateway::Authorizer";
    expect(named.only(TYPE)).toEqual(plain.only(TYPE));
  });
});

describe("a key of the team's own", () => {
  const keyOf = (template: SynthesizedTemplate) => ({
    "Fn::GetAtt": [template.only("AWS::KMS::Key").id, "Arn"],
  });
  const made = synthesizeTenantApi({ kmsKeyArn: true, plans: PLANS });
  const named = synthesizeTenantApi({ kmsKeyArn: KEY_ARN, plans: PLANS });

  test.each([
    ["that is made", made, keyOf(made)],
    ["that exists", named, KEY_ARN],
  ])("%s encrypts table, logs and dead-letter queue", (_, template, key) => {
    const logs = template.all("AWS::Logs::LogGroup");
    expect(logs).toHaveLength(5);
    for (const { properties } of logs)
      expect(properties["KmsKeyId"]).toEqual(key);
    expect(
      template.only("AWS::SQS::Queue").properties["KmsMasterKeyId"],
    ).toEqual(key);
    expect(
      template.only("AWS::DynamoDB::GlobalTable").properties,
    ).toMatchObject({
      SSESpecification: { SSEEnabled: true, SSEType: "KMS" },
      Replicas: [{ SSESpecification: { KMSMasterKeyId: key } }],
    });
  });

  test("rotates, and stays as long as the table does", () => {
    const key = made.only("AWS::KMS::Key");
    expect(key.properties["EnableKeyRotation"]).toBe(true);
    expect(key.deletionPolicy).toBe("Retain");
  });

  test("may be used by CloudWatch Logs for this stack's logs and no others", () => {
    const { KeyPolicy: policy } = made.only("AWS::KMS::Key").properties as {
      KeyPolicy: { Statement: readonly Resource["properties"][] };
    };
    const forServices = policy.Statement.filter((statement) =>
      JSON.stringify(statement["Principal"]).includes("Service"),
    );
    expect(forServices).toHaveLength(1);
    expect(JSON.stringify(forServices[0]?.["Condition"])).toContain(
      ":log-group:TenantApi-*",
    );
    expect(forServices[0]).toMatchObject({
      Principal: {
        Service: {
          "Fn::Join": ["", ["logs.", { Ref: "AWS::Region" }, ".amazonaws.com"]],
        },
      },
    });
  });

  test("that exists is not given a policy, and none is made beside it", () => {
    named.template.resourceCountIs("AWS::KMS::Key", 0);
  });

  test("may be a construct of the app, in a stack that knows its region", () => {
    const app = createApp();
    const env = { account: "123456789012", region: "eu-central-1" };
    const keys = new Stack(app, "Keys", { env });
    const stack = new TenantApiStack(app, "TenantApi", {
      ...VALID_PROPS,
      env,
      encryptionKey: new kms.Key(keys, "Key"),
    });
    const { only } = synthesize(stack);
    const [replica] = only("AWS::DynamoDB::GlobalTable").properties[
      "Replicas"
    ] as readonly Resource["properties"][];
    expect(replica?.["SSESpecification"]).toEqual({
      KMSMasterKeyId: only("AWS::SQS::Queue").properties["KmsMasterKeyId"],
    });
    expect(JSON.stringify(synthesize(keys).only("AWS::KMS::Key"))).toContain(
      ":log-group:TenantApi-*",
    );
  });
});

test("tags are on everything that can carry some", () => {
  const tagged = synthesizeTenantApi({
    tags: { team: "platform" },
    waf: true,
    customDomain: DOMAIN,
    kmsKeyArn: true,
    plans: PLANS,
  });
  const TAG = JSON.stringify({ Key: "team", Value: "platform" });
  const untagged = new Set(
    tagged.resources
      .filter(({ properties }) => !JSON.stringify(properties).includes(TAG))
      .map(({ type }) => type),
  );
  // Of these CloudFormation knows no tags.
  expect([...untagged].sort()).toEqual([
    "AWS::ApiGateway::Account",
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::GatewayResponse",
    "AWS::ApiGateway::Method",
    "AWS::ApiGateway::Resource",
    "AWS::ApiGateway::UsagePlanKey",
    "AWS::IAM::Policy",
    "AWS::Lambda::Permission",
    "AWS::Logs::MetricFilter",
    "AWS::Logs::QueryDefinition",
    "AWS::SQS::QueuePolicy",
    "AWS::WAFv2::WebACLAssociation",
  ]);
});

test("reserved concurrency is the authorizer's alone", () => {
  const reserved = (template: SynthesizedTemplate) =>
    template
      .all("AWS::Lambda::Function")
      .map(({ id, properties }) => [
        id.replace(/Function.*/, ""),
        properties["ReservedConcurrentExecutions"],
      ]);
  expect(
    reserved(synthesizeTenantApi({ reservedConcurrentExecutions: 50 })),
  ).toEqual([
    ["TenantAuthorizer", 50],
    ["Echo", undefined],
    ["TenantChangesFlush", undefined],
  ]);
  expect(reserved(plain)).toContainEqual(["TenantAuthorizer", undefined]);
});

describe("a stack is refused", () => {
  test.each<[string, Partial<TenantApiStackProps>, string]>([
    [
      "with a web ACL for CloudFront",
      {
        waf: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/acme/0a1b2c3d",
      },
      "is a web ACL for CloudFront: a stage takes a regional one",
    ],
    [
      "with a web ACL's name",
      { waf: "acme" },
      'waf must be true, false, or the ARN of a regional AWS WAF (v2) web ACL such as "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/name/id", not "acme"',
    ],
    [
      "with a limit below AWS WAF's least",
      { waf: { tokenlessLimit: 99 } },
      "waf.tokenlessLimit must be a whole number from 100 to 2000000000, not 99",
    ],
    [
      "with a limit that is no number",
      { waf: { requestLimit: Number.NaN } },
      "waf.requestLimit must be a whole number",
    ],
    [
      "with a domain that is a URL",
      { customDomain: { ...DOMAIN, domainName: "https://api.acme.com" } },
      'domain name "https://api.acme.com" must be a host name in lower case',
    ],
    [
      "with a domain for any name",
      { customDomain: { ...DOMAIN, domainName: "*.acme.com" } },
      'domain name "*.acme.com" must be a host name',
    ],
    [
      "with a certificate of IAM",
      {
        customDomain: {
          ...DOMAIN,
          certificateArn: "arn:aws:iam::123456789012:server-certificate/acme",
        },
      },
      "must be that of an AWS Certificate Manager certificate",
    ],
    [
      "with a certificate of another region",
      {
        env: { account: "123456789012", region: "eu-west-1" },
        customDomain: DOMAIN,
      },
      "is of eu-central-1: a regional API takes a certificate of its own region, eu-west-1",
    ],
    [
      "with a zone's path",
      { customDomain: { ...DOMAIN, hostedZoneId: "/hostedzone/Z0123456" } },
      'hosted zone id "/hostedzone/Z0123456" must be',
    ],
    [
      "with a key's alias",
      { kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:alias/acme" },
      "kmsKeyArn must be true, false, or the ARN of a KMS key",
    ],
    [
      "with two keys",
      {
        kmsKeyArn: KEY_ARN,
        encryptionKey: kms.Key.fromKeyArn(new Stack(), "Key", KEY_ARN),
      },
      "encryptionKey and kmsKeyArn both name a key: give one of them",
    ],
    [
      "with a tag of AWS's own",
      { tags: { "aws:team": "platform" } },
      'the tag "aws:team" begins with aws:, which AWS keeps for itself',
    ],
    [
      "with a tag that holds what tags cannot",
      { tags: { "team!": "platform" } },
      'the tag key "team!" must be 1 to 128 letters',
    ],
    [
      "with a tag's value that is too long",
      { tags: { team: "x".repeat(257) } },
      'the value of the tag "team" must be up to 256 letters',
    ],
    [
      "with a tag in two letter cases",
      { tags: { team: "a", Team: "b" } },
      'the tag "Team" stands twice, in different letter case',
    ],
    [
      "with more tags than a resource takes",
      {
        tags: Object.fromEntries(
          Array.from({ length: 51 }, (_, index) => [`tag${index}`, "x"]),
        ),
      },
      "there are 51 tags: a resource takes 50",
    ],
    [
      "with an authorizer that may never run",
      { reservedConcurrentExecutions: 0 },
      "reservedConcurrentExecutions must be a whole number from 1 to 100000, not 0",
    ],
  ])("%s", (_, props, message) => {
    expect(
      () =>
        new TenantApiStack(createApp(), "TenantApi", {
          ...VALID_PROPS,
          ...props,
        }),
    ).toThrow(message);
  });
});

test("what is known at deployment only passes", () => {
  const app = createApp();
  const parameters = new Stack(app, "Parameters");
  const parameter = (id: string) =>
    new CfnParameter(parameters, id).valueAsString;
  expect(
    () =>
      new TenantApiStack(app, "TenantApi", {
        ...VALID_PROPS,
        waf: parameter("WebAcl"),
        kmsKeyArn: parameter("Key"),
        customDomain: {
          domainName: parameter("Domain"),
          certificateArn: parameter("Certificate"),
          hostedZoneId: parameter("Zone"),
        },
      }),
  ).not.toThrow();
});
