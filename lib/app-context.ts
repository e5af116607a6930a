/**
 * The deployment command's values (`-c key=value`, or `context` in cdk.json) as the stack's props. Whatever the
 * constructs would refuse of them is refused here first, all at once and without a stack trace.
 */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as logs from "aws-cdk-lib/aws-logs";
import { findClientCertificateProblem } from "./backend-client-certificate.ts";
import { createContextReader } from "./context-reader.ts";
import { definedOnly } from "./defined-only.ts";
import { readGuardRails, readSwitch } from "./guard-rail-context.ts";
import { parsePlans } from "./plan-context.ts";
import { readReleases } from "./release-context.ts";
import {
  CONCURRENCY_LIMITS,
  findAlarmTopicProblem,
  findAudienceProblem,
  findBackendUrlProblem,
  findIssuerProblem,
  findOriginListProblem,
  findOriginProblem,
  findRepeatProblem,
  findStageNameProblem,
  findTenantClaimProblem,
  MAX_RESULTS_CACHE_SECONDS,
  THROTTLING_LIMITS,
} from "./prop-checks.ts";
import { findSnapshotProblems } from "./tenant-authorizer-options.ts";
import type { TenantApiStackProps } from "./tenant-api-stack.ts";
import { findPlanProblems, type UsagePlansOptions } from "./usage-plans.ts";

/** The context keys of this app. */
export const CONTEXT_KEYS = [
  "auth0Domain",
  "issuer",
  "audience",
  "tenantClaim",
  "defaultRoutes",
  "backendUrl",
  "backendClientCertificate",
  "corsOrigins",
  "cacheTtlSeconds",
  "policyTimeCondition",
  "flushOnTenantChange",
  "jwksSnapshot",
  "jwksSnapshotMaxAgeDays",
  "plans",
  "defaultPlan",
  "enforcePlans",
  "stageName",
  "stackName",
  "throttlingRateLimit",
  "throttlingBurstLimit",
  "logRetentionDays",
  "deletionProtection",
  "cloudWatchRole",
  "waf",
  "wafRequestLimit",
  "wafTokenlessLimit",
  "wafCountOnly",
  "domainName",
  "certificateArn",
  "hostedZoneId",
  "kmsKeyArn",
  "tags",
  "reservedConcurrency",
  "canary",
  "provisionedConcurrency",
  "shadowBundle",
  "shadowEnvironment",
  "monitoring",
  "alarmTopicArn",
] as const;

type Context = Readonly<Record<string, unknown>>;

/** The context cannot be deployed. The message is whole in itself, made for a terminal. */
export class AppContextError extends Error {
  readonly code = "app_context_broken";
}

/** Checks that this folder cannot make by itself. */
export interface AppContextChecks {
  /** What is wrong with a default route. */
  readonly findRouteProblem: (route: string) => string | undefined;
}

/** @throws AppContextError that lists every key that is missing or malformed */
export function parseAppContext(
  context: Context,
  { findRouteProblem }: AppContextChecks,
): TenantApiStackProps {
  const reader = createContextReader(context);
  const {
    problems,
    isGiven,
    addMissing,
    addMalformed,
    readText,
    readList,
    readJsonList,
    readInteger,
    readBoolean,
  } = reader;

  if (!isGiven("auth0Domain") && !isGiven("issuer")) {
    addMissing(
      "auth0Domain",
      "the domain of your Auth0 tenant, several separated by commas (or issuer: full issuer URLs)",
    );
  }
  const issuers = [
    ...readList("auth0Domain", findDomainProblem).map(
      (domain) => `https://${plainDomain(domain)}/`,
    ),
    ...readList("issuer", findIssuerProblem),
  ];
  addMalformed("issuer", findRepeatProblem("the list", issuers));

  if (!isGiven("audience")) {
    addMissing(
      "audience",
      "the identifier of your API in Auth0, several separated by commas",
    );
  }
  const audiences = readList("audience", findAudienceProblem);
  addMalformed("audience", findRepeatProblem("the list", audiences));

  const corsOrigins = readList("corsOrigins", findOriginProblem);
  addMalformed("corsOrigins", findOriginListProblem(corsOrigins));

  const backendUrl = readText("backendUrl", findBackendUrlProblem);
  const backendClientCertificate = readSwitch(
    readText("backendClientCertificate"),
  );
  addMalformed(
    "backendClientCertificate",
    findClientCertificateProblem(backendClientCertificate, backendUrl),
  );

  const cacheTtlSeconds = readInteger("cacheTtlSeconds", {
    min: 0,
    max: MAX_RESULTS_CACHE_SECONDS,
  });
  const jwksSnapshot = readText("jwksSnapshot");
  const snapshotDays = readInteger("jwksSnapshotMaxAgeDays", SNAPSHOT_DAYS);
  const jwksSnapshotMaxAge =
    snapshotDays === undefined ? undefined : Duration.days(snapshotDays);
  for (const problem of findSnapshotProblems({
    issuers,
    jwksSnapshot,
    jwksSnapshotMaxAge,
  })) {
    addMalformed("jwksSnapshot", problem);
  }
  if (jwksSnapshot === undefined && snapshotDays !== undefined) {
    addMalformed(
      "jwksSnapshotMaxAgeDays",
      "means nothing without jwksSnapshot",
    );
  }
  const monitoring = readBoolean("monitoring");
  const alarmTopic = readText("alarmTopicArn", findAlarmTopicProblem);
  if (monitoring === false && alarmTopic !== undefined) {
    addMalformed("alarmTopicArn", "means nothing with monitoring=false");
  }
  const parsedPlans = isGiven("plans")
    ? parsePlans(context["plans"])
    : NO_PLANS;
  const usagePlans: UsagePlansOptions = definedOnly({
    plans: parsedPlans.ok ? parsedPlans.plans : undefined,
    defaultPlan: readText("defaultPlan"),
  });
  const enforcePlans = readBoolean("enforcePlans");
  for (const problem of parsedPlans.ok
    ? findPlanProblems(usagePlans)
    : [parsedPlans.problem]) {
    addMalformed("plans", problem);
  }
  if (enforcePlans !== undefined && !isGiven("plans")) {
    addMalformed("enforcePlans", "means nothing without plans");
  }
  const retention = readText("logRetentionDays", findRetentionProblem);
  const deletionProtection = readBoolean("deletionProtection") ?? true;
  const reservedConcurrentExecutions = readInteger(
    "reservedConcurrency",
    CONCURRENCY_LIMITS,
  );

  const options = definedOnly({
    tenantClaim: readText("tenantClaim", findTenantClaimProblem),
    defaultRoutes: readJsonList(
      "defaultRoutes",
      `'["* /{tenantId}/*"]'`,
      findRouteProblem,
    ),
    backendUrl,
    backendClientCertificate,
    resultsCacheTtl:
      cacheTtlSeconds === undefined
        ? undefined
        : Duration.seconds(cacheTtlSeconds),
    policyTimeCondition: readBoolean("policyTimeCondition"),
    flushOnTenantChange: readBoolean("flushOnTenantChange"),
    jwksSnapshot,
    jwksSnapshotMaxAge,
    ...usagePlans,
    enforcePlans,
    stageName: readText("stageName", findStageNameProblem),
    stackName: readText("stackName", findStackNameProblem),
    throttlingRateLimit: readInteger("throttlingRateLimit", THROTTLING_LIMITS),
    throttlingBurstLimit: readInteger(
      "throttlingBurstLimit",
      THROTTLING_LIMITS,
    ),
    logRetention: RETENTION_DAYS.find((days) => String(days) === retention),
    cloudWatchRole: readBoolean("cloudWatchRole"),
    reservedConcurrentExecutions,
    ...readGuardRails(reader),
    ...readReleases(reader, reservedConcurrentExecutions),
    monitoring,
    alarmTopic,
  });

  if (problems.length > 0) {
    throw new AppContextError(describeProblems(problems, context));
  }
  return {
    issuers,
    audiences,
    corsOrigins,
    ...options,
    deletionProtection,
    // Who gives up the protection is trying things out, and expects `cdk destroy` to leave nothing behind.
    removalPolicy: deletionProtection
      ? RemovalPolicy.RETAIN
      : RemovalPolicy.DESTROY,
  };
}

const NO_PLANS = { ok: true, plans: undefined } as const;

function describeProblems(
  problems: readonly string[],
  context: Context,
): string {
  return [
    "The context of this app is incomplete:",
    "",
    ...problems.map((problem) => `  ${problem}`),
    ...findLikelyTypos(context).map((typo) => `  unknown    ${typo}`),
    "",
    'Give the values on the command line, or under "context" in cdk.json. For example:',
    "",
    "  npx cdk deploy -c auth0Domain=acme.eu.auth0.com -c audience=https://api.acme.com",
    "",
  ].join("\n");
}

/** Keys that nobody reads and that look like one of ours, each in a sentence. */
export function findLikelyTypos(context: Context): readonly string[] {
  const known: readonly string[] = CONTEXT_KEYS;
  return Object.keys(context)
    .filter((key) => !known.includes(key))
    .flatMap((key) => {
      const meant = known.find((name) => isNear(key, name));
      return meant === undefined
        ? []
        : [`${key} is not a key of this app: did you mean ${meant}?`];
    });
}

/** At most two letters added, dropped or changed, whatever the letter case. */
function isNear(a: string, b: string): boolean {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a.toLowerCase()).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b.toLowerCase()).entries()) {
      next.push(
        Math.min(
          (row[j] ?? 0) + (letter === other ? 0 : 1),
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
        ),
      );
    }
    row = next;
  }
  return (row.at(-1) ?? 0) <= 2;
}

/** Auth0's dashboard shows the bare domain, its documentation the URL: both are meant. */
function plainDomain(text: string): string {
  return text
    .toLowerCase()
    .replace(/^https:\/\//, "")
    .replace(/\/$/, "");
}

function findDomainProblem(text: string): string | undefined {
  const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
  return new RegExp(`^(?:${label}\\.)+${label}$`).test(plainDomain(text))
    ? undefined
    : `${JSON.stringify(text)} is not a domain such as acme.eu.auth0.com; an issuer with a port or a path goes to the key issuer, as a URL`;
}

/** A revoked key stands in it for that long. */
const SNAPSHOT_DAYS = { min: 1, max: 365 } as const;

function findStackNameProblem(text: string): string | undefined {
  return /^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(text)
    ? undefined
    : `${JSON.stringify(text)} must begin with a letter and hold up to 128 letters, digits and -`;
}

/** What CloudWatch Logs offers. */
const RETENTION_DAYS: readonly logs.RetentionDays[] = Object.values(
  logs.RetentionDays,
).filter((days) => typeof days === "number");

function findRetentionProblem(text: string): string | undefined {
  return RETENTION_DAYS.some((days) => String(days) === text)
    ? undefined
    : `must be one of ${RETENTION_DAYS.filter((days) => days !== logs.RetentionDays.INFINITE).join(", ")}, or ${logs.RetentionDays.INFINITE} for ever, not ${JSON.stringify(text)}`;
}
