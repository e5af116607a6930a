/**
 * The deployment command's values (`-c key=value`, or `context` in cdk.json) as the stack's props. Whatever the
 * constructs would refuse of them is refused here first, all at once and without a stack trace.
 */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import * as logs from "aws-cdk-lib/aws-logs";
import { findClientCertificateProblem } from "./backend-client-certificate.ts";
import { type Context, findLikelyTypos } from "./context-keys.ts";
import { createContextReader } from "./context-reader.ts";
import { definedOnly } from "./defined-only.ts";
import { readGuardRails, readSwitch } from "./guard-rail-context.ts";
import { readIssuers } from "./issuer-context.ts";
import { readPlans } from "./plan-context.ts";
import { readReleases } from "./release-context.ts";
import {
  CONCURRENCY_LIMITS,
  findAlarmTopicProblem,
  findAudienceProblem,
  findBackendUrlProblem,
  findOriginListProblem,
  findOriginProblem,
  findRepeatProblem,
  findStageNameProblem,
  findTenantClaimProblem,
  MAX_RESULTS_CACHE_SECONDS,
  THROTTLING_LIMITS,
} from "./prop-checks.ts";
import { readRegions } from "./region-context.ts";
import { readSnapshot } from "./snapshot-context.ts";
import type { TenantApiStackProps } from "./tenant-api-stack.ts";

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

  const issuers = readIssuers(reader);
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
  const snapshot = readSnapshot(reader, issuers);
  const monitoring = readBoolean("monitoring");
  const alarmTopic = readText("alarmTopicArn", findAlarmTopicProblem);
  if (monitoring === false && alarmTopic !== undefined) {
    addMalformed("alarmTopicArn", "means nothing with monitoring=false");
  }
  const plans = readPlans(reader, context["plans"]);
  const retention = readText("logRetentionDays", findRetentionProblem);
  const deletionProtection = readBoolean("deletionProtection") ?? true;
  const guardRails = readGuardRails(reader);
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
    ...snapshot,
    ...plans,
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
    ...guardRails,
    ...readReleases(reader, reservedConcurrentExecutions),
    ...readRegions(reader, { ...plans, ...guardRails }),
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
