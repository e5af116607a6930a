/** Every option that adds or changes resources, alone and together, for facts that must hold whatever is switched on. */
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as kms from "aws-cdk-lib/aws-kms";
import {
  TenantApiStack,
  type TenantApiStackProps,
} from "../../lib/tenant-api-stack.ts";
import { createApp, VALID_PROPS } from "./synthesize.ts";

/** What may be the case of a variant; docs/permissions.md says of each grant when it is there. */
export type Circumstance =
  | "sample backend"
  | "canary"
  | "provisioned concurrency"
  | "flushes"
  | "plans"
  | "account's logging role"
  | "new table"
  | "own table"
  | "a replica"
  | "a new key"
  | "a key that exists"
  | "a key of the own table";

export interface StackVariant {
  readonly name: string;
  readonly circumstances: readonly Circumstance[];
  readonly build: () => TenantApiStack;
}

const DOMAIN = {
  domainName: "api.acme.com",
  certificateArn:
    "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000",
  hostedZoneId: "Z0123456789ABC",
};
const WEB_ACL =
  "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/acme/0a1b2c3d-0000-4000-8000-000000000000";
const KEY_ARN =
  "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000";
const OWN_TABLE_ARN =
  "arn:aws:dynamodb:eu-central-1:123456789012:table/acme-tenants";
const OWN_STREAM_ARN = `${OWN_TABLE_ARN}/stream/2026-01-01T00:00:00.000`;
const OWN_TABLE_KEY_ARN =
  "arn:aws:kms:eu-central-1:123456789012:key/1a1b2c3d-0000-4000-8000-000000000000";

/** What ARNs that a team brings along are called in docs/permissions.md. */
export const OWN_ARNS: Readonly<Record<string, string>> = {
  [KEY_ARN]: "your key",
  [OWN_STREAM_ARN]: "your table's stream",
  [OWN_TABLE_ARN]: "your table",
  [OWN_TABLE_KEY_ARN]: "your table's key",
};

const REGION = { env: { region: "eu-central-1" } };
const REPLICAS = { ...REGION, replicaRegions: ["us-east-1", "ap-south-1"] };
const REPLICA_KEY_ARNS = {
  "us-east-1":
    "arn:aws:kms:us-east-1:123456789012:key/2a1b2c3d-0000-4000-8000-000000000000",
  "ap-south-1":
    "arn:aws:kms:ap-south-1:123456789012:key/3a1b2c3d-0000-4000-8000-000000000000",
};
/** Two plans: docs/permissions.md has a row for each. */
const PLANS: Partial<TenantApiStackProps> = {
  plans: {
    free: {
      rateLimit: 10,
      burstLimit: 20,
      quota: { limit: 10_000, period: "DAY" },
    },
    pro: { rateLimit: 100, burstLimit: 200 },
  },
  defaultPlan: "free",
};

const BACKEND = { backendUrl: "https://backend.acme.com" };
const PLAIN: readonly Circumstance[] = [
  "sample backend",
  "flushes",
  "account's logging role",
  "new table",
];
const without = (...gone: readonly Circumstance[]): readonly Circumstance[] =>
  PLAIN.filter((circumstance) => !gone.includes(circumstance));

function variant(
  name: string,
  props: Partial<TenantApiStackProps>,
  circumstances: readonly Circumstance[] = PLAIN,
): StackVariant {
  return { name, circumstances, build: () => buildStack(props) };
}

function buildStack(props: Partial<TenantApiStackProps>): TenantApiStack {
  return new TenantApiStack(createApp(), "TenantApi", {
    ...VALID_PROPS,
    ...props,
  });
}

export const STACK_VARIANTS: readonly StackVariant[] = [
  variant("the sample backend", {}),
  variant("an HTTP backend", BACKEND, without("sample backend")),
  variant("CORS", { corsOrigins: ["https://app.acme.com"] }),
  variant(
    "a client certificate for the backend",
    { ...BACKEND, backendClientCertificate: true },
    without("sample backend"),
  ),
  variant("no flushes", { flushOnTenantChange: false }, without("flushes")),
  variant("plans", PLANS, [...PLAIN, "plans"]),
  variant(
    "plans that are not in force yet, and no flushes",
    { ...PLANS, enforcePlans: false, flushOnTenantChange: false },
    [...without("flushes"), "plans"],
  ),
  variant("plans and a key that exists", { ...PLANS, kmsKeyArn: KEY_ARN }, [
    ...PLAIN,
    "plans",
    "a key that exists",
  ]),
  variant(
    "the account's logging role left alone",
    { cloudWatchRole: false },
    without("account's logging role"),
  ),
  variant("a firewall of its own", { waf: true }),
  variant("a firewall that counts", {
    waf: { requestLimit: 1000, tokenlessLimit: 100, countOnly: true },
  }),
  variant("a firewall that exists", { waf: WEB_ACL }),
  variant("a domain of its own", { customDomain: DOMAIN }),
  variant("a key of its own", { kmsKeyArn: true }, [...PLAIN, "a new key"]),
  variant("a key that exists", { kmsKeyArn: KEY_ARN }, [
    ...PLAIN,
    "a key that exists",
  ]),
  variant("tags", { tags: { team: "platform", "cost-center": "42" } }),
  variant("reserved concurrency", { reservedConcurrentExecutions: 50 }),
  variant("a candidate in the shadow", {
    shadow: { environment: { MAX_TOKEN_LIFETIME_SECONDS: "86400" } },
  }),
  variant("a canary", { canary: true }, [...PLAIN, "canary"]),
  variant(
    "a canary in steps, environments kept started",
    {
      canary: "linear10PercentEvery1Minute",
      provisionedConcurrentExecutions: 2,
      flushOnTenantChange: false,
    },
    [...without("flushes"), "canary", "provisioned concurrency"],
  ),
  variant("a canary without monitoring", { canary: true, monitoring: false }, [
    ...PLAIN,
    "canary",
  ]),
  {
    name: "plans and a table of the team's own, with its own key",
    circumstances: [
      ...without("new table"),
      "own table",
      "a key of the own table",
      "plans",
    ],
    build: () => {
      const imports = new Stack();
      const table = dynamodb.TableV2.fromTableAttributes(imports, "Table", {
        tableArn: OWN_TABLE_ARN,
        tableStreamArn: OWN_STREAM_ARN,
        encryptionKey: kms.Key.fromKeyArn(imports, "Key", OWN_TABLE_KEY_ARN),
      });
      return buildStack({ table, ...PLANS });
    },
  },
  {
    name: "a table of the team's own, and a key for the rest",
    circumstances: [...without("new table"), "own table", "a key that exists"],
    build: () =>
      buildStack({
        table: dynamodb.TableV2.fromTableAttributes(new Stack(), "Table", {
          tableArn: OWN_TABLE_ARN,
          tableStreamArn: OWN_STREAM_ARN,
        }),
        kmsKeyArn: KEY_ARN,
      }),
  },
  variant("replicas in further regions", REPLICAS),
  variant(
    "replicas, each with a key",
    { ...REPLICAS, kmsKeyArn: true, replicaKeyArns: REPLICA_KEY_ARNS },
    [...PLAIN, "a new key"],
  ),
  variant(
    "a replica of another stack's table",
    { ...REGION, tableStreamArn: OWN_STREAM_ARN, customDomain: DOMAIN },
    [...without("new table"), "own table"],
  ),
  variant(
    "a replica of another stack's table, and its key",
    { ...REGION, tableStreamArn: OWN_STREAM_ARN, kmsKeyArn: KEY_ARN },
    [...without("new table"), "own table", "a replica", "a key that exists"],
  ),
  variant(
    "everything at once",
    {
      ...BACKEND,
      ...PLANS,
      backendClientCertificate: true,
      corsOrigins: ["https://app.acme.com", "https://admin.acme.com"],
      removalPolicy: RemovalPolicy.DESTROY,
      waf: true,
      customDomain: DOMAIN,
      kmsKeyArn: true,
      tags: { team: "platform" },
      reservedConcurrentExecutions: 50,
      canary: true,
      provisionedConcurrentExecutions: 2,
    },
    [
      ...without("sample backend"),
      "a new key",
      "plans",
      "canary",
      "provisioned concurrency",
    ],
  ),
];
