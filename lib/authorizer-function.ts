import { resolve } from "node:path";
import { Duration, Fn, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as logs from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { ENV } from "../lambda/authorizer/env-names.ts";
import { readShift } from "./canary-release.ts";
import { definedOnly } from "./defined-only.ts";
import { inSeconds } from "./in-seconds.ts";
import {
  BUNDLED_JWKS_SNAPSHOT,
  DEFAULT_JWKS_SNAPSHOT_MAX_AGE,
} from "./jwks-snapshot.ts";
import { NodeFunction } from "./node-function.ts";
import { buildShadowCode } from "./shadow.ts";
import type { TenantAuthorizerOptions } from "./tenant-authorizer-options.ts";
import { readUsagePlans, refusalKeyOf, sharedKeyOf } from "./usage-plans.ts";

export interface AuthorizerFunctionProps extends TenantAuthorizerOptions {
  /** The table of tenant records. */
  readonly table: dynamodb.ITableV2;

  /** The claim that names the tenant. */
  readonly tenantClaim: string;

  /** How long the function itself remembers a tenant's record. */
  readonly tenantCacheTtl: Duration;

  /** The API whose callers are counted where there are plans. */
  readonly restApiId: string;
}

/** The Lambda function behind the authorizer: it may read single records of the tenant table. */
export class AuthorizerFunction extends NodeFunction {
  constructor(scope: Construct, id: string, props: AuthorizerFunctionProps) {
    const code = buildShadowCode(props.shadow, Stack.of(scope));
    super(scope, id, {
      description: "Decides which tenant's routes an access token opens",
      entry: code.entry,
      // Two round trips and one RSA verification: far less, even cold, and the client is waiting.
      timeout: Duration.seconds(5),
      // The working set is small; what is bought is CPU. A cold start parses the bundle and shakes hands with the
      // issuer and with DynamoDB, all of it processor time, and at 512 MB it costs no more than at 256.
      memorySize: 512,
      environment: { ...buildEnvironment(props), ...code.environment },
      logRetention: props.logRetention ?? logs.RetentionDays.ONE_MONTH,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      ...definedOnly({
        encryptionKey: props.encryptionKey,
        reservedConcurrentExecutions: props.reservedConcurrentExecutions,
        retainVersions: readShift(props.canary) !== undefined || undefined,
      }),
      files: {
        ...code.files,
        ...(props.jwksSnapshot !== undefined && {
          [BUNDLED_JWKS_SNAPSHOT]: resolve(props.jwksSnapshot),
        }),
      },
    });

    // grantReadData would add Scan, Query, BatchGetItem and the stream.
    props.table.grant(this.role, "dynamodb:GetItem");
    if (props.table.encryptionKey !== undefined) {
      this.letTableDecryptWith(props.table.encryptionKey);
    }
  }

  /** The function's key use is DynamoDB's, on its behalf: it cannot decrypt anything by itself. */
  private letTableDecryptWith(key: kms.IKey): void {
    this.role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ["kms:Decrypt"],
        resources: [key.keyArn],
        conditions: {
          // In China the name may end in .cn.
          StringLike: {
            "kms:ViaService": `dynamodb.${Stack.of(this).region}.amazonaws.com*`,
          },
        },
      }),
    );
  }
}

/** Only what is set, for the function knows its own defaults; and what another function has to know as well. */
function buildEnvironment(
  props: AuthorizerFunctionProps,
): Record<string, string> {
  const environment: Record<string, string | undefined> = {
    // A name look-up that hangs cannot be cancelled and keeps a thread of libuv's pool. With its default of four,
    // two at a time, an issuer whose name hangs would keep the table and the other issuers waiting as well.
    UV_THREADPOOL_SIZE: "16",
    [ENV.issuers]: joinByCommas(props.issuers),
    [ENV.audiences]: joinByCommas(props.audiences),
    [ENV.tenantTable]: props.table.tableName,
    [ENV.tenantClaim]: props.tenantClaim,
    [ENV.defaultRoutes]:
      props.defaultRoutes && JSON.stringify(props.defaultRoutes),
    [ENV.clockToleranceSeconds]:
      props.clockTolerance && inSeconds(props.clockTolerance),
    [ENV.maxTokenLifetimeSeconds]:
      props.maxTokenLifetime && inSeconds(props.maxTokenLifetime),
    [ENV.tenantCacheSeconds]: inSeconds(props.tenantCacheTtl),
    [ENV.tenantStaleSeconds]:
      props.tenantStaleTtl && inSeconds(props.tenantStaleTtl),
    [ENV.jwksMaxAgeSeconds]: props.jwksMaxAge && inSeconds(props.jwksMaxAge),
    [ENV.jwksStaleSeconds]: props.jwksStaleTtl && inSeconds(props.jwksStaleTtl),
    [ENV.policyTimeCondition]: String(props.policyTimeCondition ?? true),
    ...(props.jwksSnapshot !== undefined && {
      [ENV.jwksSnapshot]: `./${BUNDLED_JWKS_SNAPSHOT}`,
      [ENV.jwksSnapshotMaxAgeSeconds]: inSeconds(
        props.jwksSnapshotMaxAge ?? DEFAULT_JWKS_SNAPSHOT_MAX_AGE,
      ),
    }),
    ...buildPlanVariables(props),
  };
  return Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}

function buildPlanVariables(
  props: AuthorizerFunctionProps,
): Record<string, string> {
  const planSet = readUsagePlans(props);
  if (planSet === undefined) return {};
  const { restApiId } = props;
  const keys = [...planSet.plans.keys()].map(
    (name) => `${name}=${sharedKeyOf(restApiId, name)}`,
  );
  return {
    [ENV.usagePlans]: keys.join(","),
    [ENV.defaultPlan]: planSet.defaultPlan,
    [ENV.refusalKey]: refusalKeyOf(restApiId, planSet.defaultPlan),
  };
}

// A list that is one token (a CommaDelimitedList parameter) can be joined by CloudFormation only.
function joinByCommas(list: readonly string[]): string {
  return Token.isUnresolved(list) ? Fn.join(",", [...list]) : list.join(",");
}
