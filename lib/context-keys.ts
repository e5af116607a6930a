/** What this app reads of the CDK context, and what was probably meant by a key that it does not read. */

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
  "healthCheckId",
  "kmsKeyArn",
  "tags",
  "reservedConcurrency",
  "canary",
  "provisionedConcurrency",
  "shadowBundle",
  "shadowEnvironment",
  "monitoring",
  "alarmTopicArn",
  "region",
  "replicaRegions",
  "replicaKeyArns",
  "tableStreamArn",
] as const;

export type Context = Readonly<Record<string, unknown>>;

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
