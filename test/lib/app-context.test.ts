import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signingKey } from "../support/tokens.ts";
import {
  AppContextError,
  parseAppContext as parseAppContextWith,
} from "../../lib/app-context.ts";
import { CONTEXT_KEYS, findLikelyTypos } from "../../lib/context-keys.ts";
import type { TenantApiStackProps } from "../../lib/tenant-api-stack.ts";

const WEB_ACL =
  "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/acme/0a1b2c3d-0000-4000-8000-000000000000";
const CERTIFICATE =
  "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000";
const KEY =
  "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000";

const REPLICA_KEY =
  "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000";
const STREAM =
  "arn:aws:dynamodb:us-east-1:123456789012:table/tenants/stream/2026-01-01T00:00:00.000";
const HEALTH_CHECK = "0a1b2c3d-0000-4000-8000-000000000000";

const VALID = {
  auth0Domain: "acme.eu.auth0.com",
  audience: "https://api.acme.com",
};

const DEFAULTS = {
  issuers: ["https://acme.eu.auth0.com/"],
  audiences: ["https://api.acme.com"],
  corsOrigins: [],
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
};

/** With a grammar of routes that a test can see through. */
function parseAppContext(
  context: Readonly<Record<string, unknown>>,
): TenantApiStackProps {
  return parseAppContextWith(context, {
    findRouteProblem: (route) =>
      route.startsWith("* /") ? undefined : `${route} is not a route`,
  });
}

const SNAPSHOT = join(tmpdir(), `app-context-${process.pid}.json`);
beforeAll(() => {
  const jwksUri = "https://acme.eu.auth0.com/.well-known/jwks.json";
  const snapshot = {
    takenAt: new Date(Date.now() - 2 * 86_400_000).toISOString(),
    sets: { [jwksUri]: { keys: [signingKey().jwk] } },
  };
  writeFileSync(SNAPSHOT, JSON.stringify(snapshot));
});
afterAll(() => {
  rmSync(SNAPSHOT);
});

function messageOf(context: Record<string, unknown>): string {
  try {
    parseAppContext(context);
  } catch (error) {
    if (error instanceof AppContextError) return error.message;
    throw error;
  }
  throw new Error("the context was accepted");
}

test("a domain and an audience are enough", () => {
  expect(parseAppContext(VALID)).toEqual(DEFAULTS);
});

describe("the context is understood", () => {
  test.each<[string, Record<string, unknown>, object]>([
    [
      "with several domains",
      { auth0Domain: "a.auth0.com, b.auth0.com" },
      { issuers: ["https://a.auth0.com/", "https://b.auth0.com/"] },
    ],
    [
      "with a domain written as a URL",
      { auth0Domain: "https://Acme.eu.auth0.com/" },
      { issuers: ["https://acme.eu.auth0.com/"] },
    ],
    [
      "with an issuer beside the domain",
      { issuer: "https://localhost:4011/" },
      { issuers: ["https://acme.eu.auth0.com/", "https://localhost:4011/"] },
    ],
    [
      "with an issuer in the domain's place",
      { auth0Domain: undefined, issuer: "https://localhost:4011/" },
      { issuers: ["https://localhost:4011/"] },
    ],
    [
      "with several audiences",
      { audience: "https://a.acme.com,https://b.acme.com" },
      { audiences: ["https://a.acme.com", "https://b.acme.com"] },
    ],
    [
      "with a list from a file",
      { audience: ["https://a.acme.com", "https://b.acme.com"] },
      { audiences: ["https://a.acme.com", "https://b.acme.com"] },
    ],
    [
      "with a tenant claim",
      { tenantClaim: "org_id" },
      { tenantClaim: "org_id" },
    ],
    [
      "with default routes",
      { defaultRoutes: '["* /{tenantId}/*"]' },
      { defaultRoutes: ["* /{tenantId}/*"] },
    ],
    [
      "with default routes from a file",
      { defaultRoutes: ["* /{tenantId}/*"] },
      { defaultRoutes: ["* /{tenantId}/*"] },
    ],
    [
      "with a backend",
      { backendUrl: "https://backend.acme.com" },
      { backendUrl: "https://backend.acme.com" },
    ],
    [
      "with a backend and a client certificate for it",
      {
        backendUrl: "https://backend.acme.com",
        backendClientCertificate: "true",
      },
      {
        backendUrl: "https://backend.acme.com",
        backendClientCertificate: true,
      },
    ],
    [
      "with a client certificate from a file's true",
      {
        backendUrl: "https://backend.acme.com",
        backendClientCertificate: true,
      },
      {
        backendUrl: "https://backend.acme.com",
        backendClientCertificate: true,
      },
    ],
    [
      "with a client certificate that exists",
      {
        backendUrl: "https://backend.acme.com",
        backendClientCertificate: "a1b2c3",
      },
      {
        backendUrl: "https://backend.acme.com",
        backendClientCertificate: "a1b2c3",
      },
    ],
    [
      "without a client certificate",
      { backendClientCertificate: "false" },
      { backendClientCertificate: false },
    ],
    [
      "with origins",
      { corsOrigins: "https://app.acme.com,http://localhost:5173" },
      { corsOrigins: ["https://app.acme.com", "http://localhost:5173"] },
    ],
    [
      "with a cache time",
      { cacheTtlSeconds: "0" },
      { resultsCacheTtl: Duration.seconds(0) },
    ],
    [
      "with a cache time from a file",
      { cacheTtlSeconds: 60 },
      { resultsCacheTtl: Duration.seconds(60) },
    ],
    [
      "without the time condition",
      { policyTimeCondition: "false" },
      { policyTimeCondition: false },
    ],
    [
      "without flushes",
      { flushOnTenantChange: "false" },
      { flushOnTenantChange: false },
    ],
    [
      "with a key-set snapshot",
      { jwksSnapshot: SNAPSHOT },
      { jwksSnapshot: SNAPSHOT },
    ],
    [
      "with a key-set snapshot that may be of some age",
      { jwksSnapshot: SNAPSHOT, jwksSnapshotMaxAgeDays: "3" },
      { jwksSnapshot: SNAPSHOT, jwksSnapshotMaxAge: Duration.days(3) },
    ],
    ["with a stage name", { stageName: "v1" }, { stageName: "v1" }],
    ["with a stack name", { stackName: "acme-api" }, { stackName: "acme-api" }],
    [
      "with limits",
      { throttlingRateLimit: "20", throttlingBurstLimit: "40" },
      { throttlingRateLimit: 20, throttlingBurstLimit: 40 },
    ],
    ["with a retention", { logRetentionDays: "7" }, { logRetention: 7 }],
    [
      "without protection, which is for trying things out",
      { deletionProtection: "false" },
      { deletionProtection: false, removalPolicy: RemovalPolicy.DESTROY },
    ],
    [
      "without the account's logging role",
      { cloudWatchRole: "false" },
      { cloudWatchRole: false },
    ],
    ["without monitoring", { monitoring: "false" }, { monitoring: false }],
    [
      "with a topic for the alarms",
      { alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:on-call" },
      { alarmTopic: "arn:aws:sns:eu-central-1:123456789012:on-call" },
    ],
    ["with an empty value, which is none", { stageName: "" }, {}],
    ["with a firewall", { waf: "true" }, { waf: {} }],
    [
      "with a firewall that counts against limits of its own",
      {
        waf: true,
        wafRequestLimit: "6000",
        wafTokenlessLimit: 100,
        wafCountOnly: "true",
      },
      { waf: { requestLimit: 6000, tokenlessLimit: 100, countOnly: true } },
    ],
    ["with a web ACL that exists", { waf: WEB_ACL }, { waf: WEB_ACL }],
    ["without a firewall", { waf: "false" }, { waf: false }],
    [
      "with a domain",
      { domainName: "api.acme.com", certificateArn: CERTIFICATE },
      {
        customDomain: {
          domainName: "api.acme.com",
          certificateArn: CERTIFICATE,
        },
      },
    ],
    [
      "with a domain and the zone of its record",
      {
        domainName: "api.acme.com",
        certificateArn: CERTIFICATE,
        hostedZoneId: "Z0123456789ABC",
      },
      {
        customDomain: {
          domainName: "api.acme.com",
          certificateArn: CERTIFICATE,
          hostedZoneId: "Z0123456789ABC",
        },
      },
    ],
    [
      "with a domain whose record goes by a health check",
      {
        domainName: "api.acme.com",
        certificateArn: CERTIFICATE,
        hostedZoneId: "Z0123456789ABC",
        healthCheckId: HEALTH_CHECK,
      },
      {
        customDomain: {
          domainName: "api.acme.com",
          certificateArn: CERTIFICATE,
          hostedZoneId: "Z0123456789ABC",
          healthCheckId: HEALTH_CHECK,
        },
      },
    ],
    [
      "with a region",
      { region: "eu-central-1" },
      { env: { region: "eu-central-1" } },
    ],
    [
      "with replicas in further regions",
      { region: "eu-central-1", replicaRegions: "us-east-1, ap-south-1" },
      {
        env: { region: "eu-central-1" },
        replicaRegions: ["us-east-1", "ap-south-1"],
      },
    ],
    [
      "with a replica and its key",
      {
        region: "eu-central-1",
        replicaRegions: "us-east-1",
        kmsKeyArn: "true",
        replicaKeyArns: JSON.stringify({ "us-east-1": REPLICA_KEY }),
      },
      {
        env: { region: "eu-central-1" },
        replicaRegions: ["us-east-1"],
        kmsKeyArn: true,
        replicaKeyArns: { "us-east-1": REPLICA_KEY },
      },
    ],
    [
      "on a replica, in the region that its stream is of",
      { tableStreamArn: STREAM },
      { env: { region: "us-east-1" }, tableStreamArn: STREAM },
    ],
    ["with a key to make", { kmsKeyArn: "true" }, { kmsKeyArn: true }],
    ["with a key that exists", { kmsKeyArn: KEY }, { kmsKeyArn: KEY }],
    [
      "with tags",
      { tags: '{"team":"platform"}' },
      { tags: { team: "platform" } },
    ],
    [
      "with tags from a file",
      { tags: { team: "platform" } },
      { tags: { team: "platform" } },
    ],
    [
      "with reserved concurrency",
      { reservedConcurrency: "50" },
      { reservedConcurrentExecutions: 50 },
    ],
    [
      "with a shadow",
      { shadowEnvironment: '{"TENANT_CACHE_SECONDS":"1"}' },
      { shadow: { environment: { TENANT_CACHE_SECONDS: "1" } } },
    ],
    ["with a canary", { canary: "true" }, { canary: true }],
    ["without a canary", { canary: false }, { canary: false }],
    [
      "with a canary in steps, environments kept started",
      { canary: "linear10PercentEvery1Minute", provisionedConcurrency: "2" },
      {
        canary: "linear10PercentEvery1Minute",
        provisionedConcurrentExecutions: 2,
      },
    ],
  ])("%s", (_name, change, expected) => {
    expect(parseAppContext({ ...VALID, ...change })).toEqual({
      ...DEFAULTS,
      ...expected,
    });
  });
});

describe("the context is refused", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "without a domain",
      { auth0Domain: undefined },
      "missing    auth0Domain: the domain of your Auth0 tenant",
    ],
    [
      "without an audience",
      { audience: "" },
      "missing    audience: the identifier of your API in Auth0",
    ],
    [
      "with a domain spoken to in clear",
      { auth0Domain: "http://acme.eu.auth0.com" },
      'malformed  auth0Domain: "http://acme.eu.auth0.com" is not a domain such as acme.eu.auth0.com',
    ],
    [
      "with a domain that has a port",
      { auth0Domain: "localhost:4011" },
      'malformed  auth0Domain: "localhost:4011" is not a domain',
    ],
    [
      "with an issuer without its slash",
      { issuer: "https://login.acme.com" },
      'malformed  issuer: issuer "https://login.acme.com" has no trailing slash',
    ],
    [
      "with an issuer that is the domain's",
      { issuer: "https://acme.eu.auth0.com/" },
      'malformed  issuer: the list names "https://acme.eu.auth0.com/" twice',
    ],
    [
      "with a stray comma",
      { audience: "https://api.acme.com," },
      "malformed  audience: holds an empty entry between its commas",
    ],
    [
      "with an object for an audience",
      { audience: { api: "https://api.acme.com" } },
      "malformed  audience: must be one value, not a list or an object",
    ],
    [
      "with a claim that names no tenant",
      { tenantClaim: "sub" },
      'malformed  tenantClaim: tenant claim "sub" must be azp, org_id',
    ],
    [
      "with default routes that are not JSON",
      { defaultRoutes: "* /*" },
      `malformed  defaultRoutes: must be a JSON list of strings, as in '["* /{tenantId}/*"]'`,
    ],
    [
      "with default routes that are not strings",
      { defaultRoutes: "[1]" },
      "malformed  defaultRoutes: must be a JSON list of strings",
    ],
    [
      "with a default route outside the grammar",
      { defaultRoutes: '["* /{tenantId}/*", "GET acme"]' },
      "malformed  defaultRoutes: GET acme is not a route",
    ],
    [
      "with a key-set snapshot that is not there",
      { jwksSnapshot: "nowhere.json" },
      'malformed  jwksSnapshot: jwksSnapshot "nowhere.json" cannot be read (ENOENT): write it with npm run keys:snapshot -- --issuer https://acme.eu.auth0.com/ --out nowhere.json',
    ],
    [
      "with a key-set snapshot without one of the issuers",
      {
        auth0Domain: "acme.eu.auth0.com,globex.eu.auth0.com",
        jwksSnapshot: SNAPSHOT,
      },
      "does not hold https://globex.eu.auth0.com/.well-known/jwks.json: write it with npm run keys:snapshot -- --issuer https://acme.eu.auth0.com/ --issuer https://globex.eu.auth0.com/ --out",
    ],
    [
      "with a key-set snapshot that is too old",
      { jwksSnapshot: SNAPSHOT, jwksSnapshotMaxAgeDays: "1" },
      "is 2 days old and may be 1 day old",
    ],
    [
      "with an age of no snapshot",
      { jwksSnapshotMaxAgeDays: "7" },
      "malformed  jwksSnapshotMaxAgeDays: means nothing without jwksSnapshot",
    ],
    [
      "with a key-set snapshot for ever",
      { jwksSnapshot: SNAPSHOT, jwksSnapshotMaxAgeDays: "366" },
      "malformed  jwksSnapshotMaxAgeDays: must be a whole number from 1 to 365",
    ],
    [
      "with a backend spoken to in clear",
      { backendUrl: "http://backend.acme.com" },
      'malformed  backendUrl: backend URL "http://backend.acme.com" must be https',
    ],
    [
      "with a client certificate for no backend",
      { backendClientCertificate: "true" },
      "malformed  backendClientCertificate: backendClientCertificate means nothing without backendUrl",
    ],
    [
      "with a client certificate that is neither wanted nor named",
      {
        backendUrl: "https://backend.acme.com",
        backendClientCertificate: "yes",
      },
      "malformed  backendClientCertificate: backendClientCertificate must be true, false, or the id",
    ],
    [
      "with an origin that is none",
      { corsOrigins: "app.acme.com" },
      'malformed  corsOrigins: CORS origin "app.acme.com" must be scheme and host only',
    ],
    [
      "with any origin and another",
      { corsOrigins: "*,https://app.acme.com" },
      "malformed  corsOrigins: CORS origins must be * alone",
    ],
    [
      "with a cache time of more than an hour",
      { cacheTtlSeconds: "3601" },
      'malformed  cacheTtlSeconds: must be a whole number from 0 to 3600, not "3601"',
    ],
    [
      "with a cache time that is no number",
      { cacheTtlSeconds: "5m" },
      'malformed  cacheTtlSeconds: must be a whole number from 0 to 3600, not "5m"',
    ],
    [
      "with a flag that is neither true nor false",
      { deletionProtection: "no" },
      'malformed  deletionProtection: must be true or false, not "no"',
    ],
    [
      "with a stage name that is a path",
      { stageName: "api/v1" },
      'malformed  stageName: stage name "api/v1" must be',
    ],
    [
      "with a stack name that CloudFormation refuses",
      { stackName: "1st" },
      'malformed  stackName: "1st" must begin with a letter',
    ],
    [
      "with a rate of nothing",
      { throttlingRateLimit: "0" },
      "malformed  throttlingRateLimit: must be a whole number from 1 to 100000",
    ],
    [
      "with a retention that CloudWatch does not offer",
      { logRetentionDays: "8" },
      "malformed  logRetentionDays: must be one of 1, 3, 5, 7, 14, 30,",
    ],
    [
      "with a firewall that is neither wanted nor named",
      { waf: "yes" },
      "malformed  waf: waf must be true, false, or the ARN of a regional",
    ],
    [
      "with a limit that AWS WAF does not take",
      { waf: "true", wafRequestLimit: "99" },
      "malformed  wafRequestLimit: must be a whole number from 100 to",
    ],
    [
      "with a limit of no firewall",
      { wafTokenlessLimit: "200" },
      "malformed  wafTokenlessLimit: means nothing without waf=true",
    ],
    [
      "with a limit of a firewall that has its own",
      { waf: WEB_ACL, wafCountOnly: "true" },
      "malformed  wafCountOnly: means nothing without waf=true",
    ],
    [
      "with a domain that is a URL",
      { domainName: "https://api.acme.com", certificateArn: CERTIFICATE },
      'malformed  domainName: domain name "https://api.acme.com" must be a host name',
    ],
    [
      "with a domain without its certificate",
      { domainName: "api.acme.com" },
      "missing    certificateArn: the ARN of the domain's certificate",
    ],
    [
      "with a certificate that is none",
      { domainName: "api.acme.com", certificateArn: "acme" },
      'malformed  certificateArn: certificate ARN "acme" must be',
    ],
    [
      "with a certificate of no domain",
      { certificateArn: CERTIFICATE },
      "malformed  certificateArn: means nothing without domainName",
    ],
    [
      "with a zone of no domain",
      { hostedZoneId: "Z0123456789ABC" },
      "malformed  hostedZoneId: means nothing without domainName",
    ],
    [
      "with a zone's name",
      {
        domainName: "api.acme.com",
        certificateArn: CERTIFICATE,
        hostedZoneId: "acme.com",
      },
      'malformed  hostedZoneId: hosted zone id "acme.com" must be',
    ],
    [
      "a health check without a zone",
      {
        domainName: "api.acme.com",
        certificateArn: CERTIFICATE,
        healthCheckId: HEALTH_CHECK,
      },
      "malformed  healthCheckId: a health check means nothing without hostedZoneId",
    ],
    [
      "a health check without a domain",
      { healthCheckId: HEALTH_CHECK },
      "malformed  healthCheckId: means nothing without domainName",
    ],
    [
      "a certificate of another region than the stack's",
      {
        region: "us-east-1",
        domainName: "api.acme.com",
        certificateArn: CERTIFICATE,
      },
      "malformed  certificateArn: certificate ARN",
    ],
    [
      "a region that is none",
      { region: "Frankfurt" },
      'malformed  region: "Frankfurt" is not an AWS region',
    ],
    [
      "replicas without a region of the table's own",
      { replicaRegions: "us-east-1" },
      "malformed  replicaRegions: replicaRegions needs the stack's own region",
    ],
    [
      "replicas and plans",
      {
        region: "eu-central-1",
        replicaRegions: "us-east-1",
        plans: '{"free":{"rate":1,"burst":2}}',
      },
      "malformed  replicaRegions: plans and replicas exclude each other",
    ],
    [
      "a key of the table's own, and none for a replica",
      {
        region: "eu-central-1",
        replicaRegions: "us-east-1",
        kmsKeyArn: "true",
      },
      "malformed  replicaRegions: the table is encrypted with a key of your own",
    ],
    [
      "a key for a replica, and none for the table",
      {
        region: "eu-central-1",
        replicaRegions: "us-east-1",
        replicaKeyArns: { "us-east-1": REPLICA_KEY },
      },
      "malformed  replicaRegions: replicaKeyArns means nothing without kmsKeyArn",
    ],
    [
      "keys that are no JSON",
      { replicaKeyArns: "us-east-1" },
      "malformed  replicaKeyArns: must be a JSON object of strings",
    ],
    [
      "a stream of another region than the stack's",
      { region: "eu-central-1", tableStreamArn: STREAM },
      "malformed  tableStreamArn: tableStreamArn is of us-east-1 and the stack of eu-central-1",
    ],
    [
      "a table in the place of its stream",
      { tableStreamArn: STREAM.replace(/\/stream.*/, "") },
      "malformed  tableStreamArn: tableStreamArn",
    ],
    [
      "a replica and a new key",
      { tableStreamArn: STREAM, kmsKeyArn: "true" },
      "malformed  tableStreamArn: kmsKeyArn must be the ARN of the replica's key",
    ],
    [
      "with a key's alias",
      { kmsKeyArn: "alias/acme" },
      "malformed  kmsKeyArn: kmsKeyArn must be true, false, or the ARN",
    ],
    [
      "with tags that are not JSON",
      { tags: "team=platform" },
      `malformed  tags: must be a JSON object of strings, as in '{"team":"platform"}'`,
    ],
    [
      "with a tag that is no text",
      { tags: '{"team":1}' },
      "malformed  tags: must be a JSON object of strings",
    ],
    [
      "with a list for tags",
      { tags: '["team"]' },
      "malformed  tags: must be a JSON object of strings",
    ],
    [
      "with a tag of AWS's own",
      { tags: '{"aws:team":"platform"}' },
      'malformed  tags: the tag "aws:team" begins with aws:',
    ],
    [
      "with an authorizer that may never run",
      { reservedConcurrency: "0" },
      "malformed  reservedConcurrency: must be a whole number from 1 to 100000",
    ],
    [
      "with a shadow of a folder that is not there",
      { shadowBundle: "no/such/folder" },
      "malformed  shadowBundle: shadow.bundle: there is no file no/such/folder/index.mjs",
    ],
    [
      "with a shadow of a variable that is none",
      { shadowEnvironment: '{"TENANT_CACHE":"1"}' },
      'malformed  shadowEnvironment: shadow.environment: "TENANT_CACHE" is no variable of the authorizer',
    ],
    [
      "with a shadow that is no object of texts",
      { shadowEnvironment: '{"TENANT_CACHE_SECONDS":1}' },
      "malformed  shadowEnvironment: must be a JSON object of strings",
    ],
    [
      "with a canary that CodeDeploy does not know",
      { canary: "slowly" },
      "malformed  canary: canary must be true, false or one of canary10Percent5Minutes",
    ],
    [
      "with environments kept started without a canary",
      { provisionedConcurrency: "2" },
      "malformed  provisionedConcurrency: provisionedConcurrentExecutions belongs to the alias that canary makes",
    ],
    [
      "with more environments kept started than may run",
      {
        canary: "true",
        provisionedConcurrency: "3",
        reservedConcurrency: "2",
      },
      "malformed  provisionedConcurrency: provisionedConcurrentExecutions is 3, more than",
    ],
    [
      "with a topic that is not one",
      { alarmTopicArn: "on-call" },
      'malformed  alarmTopicArn: alarm topic "on-call" must be the ARN of an SNS topic',
    ],
    [
      "with a topic for alarms that are not there",
      {
        alarmTopicArn: "arn:aws:sns:eu-central-1:123456789012:on-call",
        monitoring: "false",
      },
      "malformed  alarmTopicArn: means nothing with monitoring=false",
    ],
  ])("%s", (_name, change, message) => {
    expect(messageOf({ ...VALID, ...change })).toContain(message);
  });

  test("with all its problems in one message that shows a command that works", () => {
    expect(messageOf({ cacheTtlSeconds: "x", audiance: "y" })).toBe(
      `The context of this app is incomplete:

  missing    auth0Domain: the domain of your Auth0 tenant, several separated by commas (or issuer: full issuer URLs)
  missing    audience: the identifier of your API in Auth0, several separated by commas
  malformed  cacheTtlSeconds: must be a whole number from 0 to 3600, not "x"
  unknown    audiance is not a key of this app: did you mean audience?

Give the values on the command line, or under "context" in cdk.json. For example:

  npx cdk deploy -c auth0Domain=acme.eu.auth0.com -c audience=https://api.acme.com
`,
    );
  });
});

describe("a key that nobody reads", () => {
  test.each([
    ["auth0domain", "auth0Domain"],
    ["audiences", "audience"],
    ["corsOrigin", "corsOrigins"],
    ["cacheTTLSeconds", "cacheTtlSeconds"],
    ["deletionProtecton", "deletionProtection"],
  ])("is told apart from ours when it is %s", (key, meant) => {
    expect(findLikelyTypos({ [key]: "x" })).toEqual([
      `${key} is not a key of this app: did you mean ${meant}?`,
    ]);
  });

  test("is left alone when it looks like none of ours, or is ours", () => {
    const ours = Object.fromEntries(CONTEXT_KEYS.map((key) => [key, "x"]));
    expect(
      findLikelyTypos({ ...ours, "@aws-cdk/core:x": true, environment: "x" }),
    ).toEqual([]);
  });
});

describe("usage plans", () => {
  const plans = '{"free":{"rate":1,"burst":2},"pro":{"rate":3,"burst":4}}';

  test("are understood", () => {
    const given = { plans, defaultPlan: "free", enforcePlans: "false" };
    expect(parseAppContext({ ...VALID, ...given })).toEqual({
      ...DEFAULTS,
      plans: {
        free: { rateLimit: 1, burstLimit: 2 },
        pro: { rateLimit: 3, burstLimit: 4 },
      },
      defaultPlan: "free",
      enforcePlans: false,
    });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["are not JSON", { plans: "free" }, "plans: must be a JSON object"],
    [
      "lack a default",
      { plans },
      "plans: defaultPlan is missing: say which of free, pro",
    ],
    [
      "have a default alone",
      { defaultPlan: "free" },
      "plans: defaultPlan means nothing without plans",
    ],
    [
      "are enforced without being there",
      { enforcePlans: true },
      "enforcePlans: means nothing without plans",
    ],
  ])("are refused when they %s", (_name, given, problem) => {
    expect(messageOf({ ...VALID, ...given })).toContain(
      `malformed  ${problem}`,
    );
  });
});
