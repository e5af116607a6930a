import { type Duration, type RemovalPolicy, Token } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as logs from "aws-cdk-lib/aws-logs";
import { findReleaseProblems, type ReleaseOptions } from "./canary-release.ts";
import {
  DEFAULT_JWKS_SNAPSHOT_MAX_AGE,
  findJwksSnapshotProblems,
} from "./jwks-snapshot.ts";
import {
  CONCURRENCY_LIMITS,
  findAudienceProblem,
  findDefaultRouteProblem,
  findDurationProblem,
  findIssuerProblem,
  findNumberProblem,
  findRepeatProblem,
  findTenantClaimProblem,
  MAX_RESULTS_CACHE_SECONDS,
} from "./prop-checks.ts";
import { findShadowProblems, type ShadowProps } from "./shadow.ts";
import {
  PLANS_NEED_ONE_REGION,
  type TableReplicaOptions,
} from "./table-replicas.ts";
import { findPlanProblems, type UsagePlanOptions } from "./usage-plans.ts";

/** What the authorizer accepts and how long it may repeat itself: everything but the API that it guards. */
export interface TenantAuthorizerOptions
  extends TableReplicaOptions, ReleaseOptions, ShadowProps {
  /** The issuers whose tokens are accepted, exactly as in `iss`: https, and with Auth0's trailing slash. */
  readonly issuers: readonly string[];

  /** The API identifiers of which a token must carry at least one in `aud`. */
  readonly audiences: readonly string[];

  /**
   * The claim that names the tenant, which is also the name of the table's partition key: `azp`, `org_id`, or a
   * namespaced claim.
   *
   * @default "azp": every Auth0 application is one tenant's
   */
  readonly tenantClaim?: string;

  /**
   * Routes for the records that have none, such as `"* /{tenantId}/*"`.
   *
   * @default - none: a record without routes is broken
   */
  readonly defaultRoutes?: readonly string[];

  /**
   * A table of tenant records that exists already. Its partition key must be a string named after `tenantClaim`.
   *
   * @default - a new table
   */
  readonly table?: dynamodb.ITableV2;

  /**
   * How the new table is encrypted at rest. With a key of your own, the function is granted its use.
   *
   * @default - the key that AWS manages for DynamoDB in this account
   */
  readonly tableEncryption?: dynamodb.TableEncryptionV2;

  /**
   * A key of your own for the function's log and, unless `tableEncryption` says otherwise, the new table. When it is
   * imported, its policy must let CloudWatch Logs use it: docs/guard-rails.md has the statement.
   *
   * @default - keys that AWS manages
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whether the new table refuses to be deleted.
   *
   * @default - true, unless `removalPolicy` is DESTROY
   */
  readonly deletionProtection?: boolean;

  /**
   * What becomes of the new table and of the function's logs when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long API Gateway may repeat an answer for the same token: 0 to 3600 seconds. A suspension or an expiry
   * takes up to this long to be seen; `TenantChanges` cuts that to seconds for whatever is written to the table.
   *
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;

  /**
   * Leeway for `exp`, `nbf` and `iat`.
   *
   * @default - 5 seconds
   */
  readonly clockTolerance?: Duration;

  /**
   * The longest `exp - iat` that is accepted.
   *
   * @default - 30 days, the longest that Auth0 issues
   */
  readonly maxTokenLifetime?: Duration;

  /**
   * How long the function itself remembers a tenant's record: at most 20 seconds beside `TenantChanges`, which waits
   * for it.
   *
   * @default Duration.seconds(5)
   */
  readonly tenantCacheTtl?: Duration;

  /**
   * How long a record read earlier may serve while the table cannot be reached.
   *
   * @default - 5 minutes
   */
  readonly tenantStaleTtl?: Duration;

  /**
   * The age at which an issuer's key set is fetched again.
   *
   * @default - 10 minutes
   */
  readonly jwksMaxAge?: Duration;

  /**
   * How long a key set fetched earlier may serve while the issuer cannot be reached.
   *
   * @default - 1 hour
   */
  readonly jwksStaleTtl?: Duration;

  /**
   * The path of a key-set snapshot, written by the `keys-snapshot` command, to go into the function's bundle: it serves
   * while an issuer has not answered since the function started. Synthesis fails when it cannot be read, lacks an
   * issuer or is too old.
   *
   * @default - none: a function that starts while an issuer is down answers 503 for its tokens
   */
  readonly jwksSnapshot?: string;

  /**
   * How old that snapshot may be. A key that was revoked after it was taken is good for this long, in a function
   * that has not reached the issuer since it started.
   *
   * @default Duration.days(7)
   */
  readonly jwksSnapshotMaxAge?: Duration;

  /**
   * Whether an Allow carries `DateLessThan aws:CurrentTime = exp`, so that a repeated answer ends with the token.
   * An extra defence: that API Gateway looks at the time again for a repeated answer is not documented.
   *
   * @default true
   */
  readonly policyTimeCondition?: boolean;

  /**
   * What each tenant may do, by the plan that its record names. The authorizer names the key that counts a request;
   * `TenantPlans` makes plans and keys.
   *
   * @default - none: tenants share the stage's limits
   */
  readonly plans?: Readonly<Record<string, UsagePlanOptions>>;

  /**
   * The plan of records that name none, or one that is not deployed. Needed when there are several.
   *
   * @default - the only plan
   */
  readonly defaultPlan?: string;

  /**
   * How long the authorizer's log is kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The most authorizer invocations at a time, 1 or more, set apart from what the account has: no other function can
   * use them up, nor this one the others'. Beyond it Lambda refuses, and a client whose answer is not kept gets 503.
   *
   * @default - as many as the account has left
   */
  readonly reservedConcurrentExecutions?: number;
}

/** The most that the function's own parser takes. */
const YEAR_SECONDS = 31_536_000;

const DURATION_LIMITS = {
  resultsCacheTtl: { min: 0, max: MAX_RESULTS_CACHE_SECONDS },
  // Every second of it is a second in which an expired token still opens the door.
  clockTolerance: { min: 0, max: 300 },
  maxTokenLifetime: { min: 1, max: YEAR_SECONDS },
  tenantCacheTtl: { min: 0, max: YEAR_SECONDS },
  tenantStaleTtl: { min: 0, max: YEAR_SECONDS },
  jwksMaxAge: { min: 1, max: YEAR_SECONDS },
  jwksStaleTtl: { min: 0, max: YEAR_SECONDS },
  jwksSnapshotMaxAge: { min: 1, max: YEAR_SECONDS },
} as const;

/** Everything that is wrong with the options, in words that say what to write instead. */
export function findOptionProblems(
  options: TenantAuthorizerOptions,
): readonly string[] {
  return [
    isEmpty(options.issuers)
      ? 'issuers is empty: name at least one, as in ["https://acme.eu.auth0.com/"]'
      : undefined,
    ...literals(options.issuers).map(findIssuerProblem),
    findRepeatProblem("issuers", literals(options.issuers)),
    isEmpty(options.audiences)
      ? 'audiences is empty: name at least one API identifier, as in ["https://api.acme.com"]; without it a token for any API of the issuer would do'
      : undefined,
    ...literals(options.audiences).map(findAudienceProblem),
    findRepeatProblem("audiences", literals(options.audiences)),
    options.tenantClaim === undefined
      ? undefined
      : findTenantClaimProblem(options.tenantClaim),
    ...(options.defaultRoutes ?? []).map(findDefaultRouteProblem),
    ...Object.entries(DURATION_LIMITS).map(([name, limits]) => {
      const value = options[name as keyof typeof DURATION_LIMITS];
      return value && findDurationProblem(name, value, limits);
    }),
    options.reservedConcurrentExecutions === undefined
      ? undefined
      : findNumberProblem(
          "reservedConcurrentExecutions",
          options.reservedConcurrentExecutions,
          CONCURRENCY_LIMITS,
        ),
    options.jwksSnapshotMaxAge && options.jwksSnapshot === undefined
      ? "jwksSnapshotMaxAge means nothing without jwksSnapshot"
      : undefined,
    ...findSnapshotProblems(options),
    ...findPlanProblems(options),
    ...findReplicaConflicts(options),
    ...findReleaseProblems(options),
    ...findShadowProblems(options.shadow),
  ].filter((problem) => problem !== undefined);
}

function findReplicaConflicts({
  replicaRegions = [],
  replicaKeyArns,
  ...options
}: TenantAuthorizerOptions): readonly (string | undefined)[] {
  return [
    options.plans !== undefined && replicaRegions.length > 0
      ? PLANS_NEED_ONE_REGION
      : undefined,
    options.table !== undefined && replicaRegions.length > 0
      ? "replicaRegions are of a new table: a table that you pass has its own"
      : undefined,
    replicaKeyArns !== undefined && options.encryptionKey === undefined
      ? "replicaKeyArns means nothing without a key for the table itself: give encryptionKey, or kmsKeyArn of the stack"
      : undefined,
    replicaKeyArns !== undefined && options.tableEncryption !== undefined
      ? "replicaKeyArns means nothing beside tableEncryption, which names the keys of replicas itself"
      : undefined,
  ];
}

/** What is wrong with the snapshot, where there is one. */
export function findSnapshotProblems({
  issuers,
  jwksSnapshot,
  jwksSnapshotMaxAge = DEFAULT_JWKS_SNAPSHOT_MAX_AGE,
}: {
  readonly issuers: readonly string[];
  readonly jwksSnapshot?: string | undefined;
  readonly jwksSnapshotMaxAge?: Duration | undefined;
}): readonly string[] {
  if (jwksSnapshot === undefined) return [];
  return findJwksSnapshotProblems(jwksSnapshot, {
    issuers: literals(issuers).filter((issuer) => !Token.isUnresolved(issuer)),
    maxAge: jwksSnapshotMaxAge,
    nowMs: Date.now(),
  });
}

// A whole list may be one token (a CommaDelimitedList parameter), whose single element stands for all.
function literals(list: readonly string[]): readonly string[] {
  return Token.isUnresolved(list) ? [] : list;
}

function isEmpty(list: readonly string[]): boolean {
  return literals(list).length === 0 && !Token.isUnresolved(list);
}
