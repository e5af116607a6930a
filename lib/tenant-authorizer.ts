import { Duration } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as kms from "aws-cdk-lib/aws-kms";
import type * as lambda from "aws-cdk-lib/aws-lambda";
import type * as logs from "aws-cdk-lib/aws-logs";
import * as cxapi from "aws-cdk-lib/cx-api";
import { Construct } from "constructs";
import { findApiProblems } from "./api-guard.ts";
import { AuthorizerFunction } from "./authorizer-function.ts";
import { CanaryRelease, readShift } from "./canary-release.ts";
import { ShadowMetrics } from "./monitoring/shadow-metrics.ts";
import { definedOnly } from "./defined-only.ts";
import { refuse } from "./prop-checks.ts";
import {
  findOptionProblems,
  type TenantAuthorizerOptions,
} from "./tenant-authorizer-options.ts";
import { TenantTable } from "./tenant-table.ts";
import { readUsagePlans, type UsagePlanSet } from "./usage-plans.ts";

/**
 * `Bearer`, in any letter case (RFC 9110 §11.1), one space, and three base64url parts. Whatever else arrives gets
 * its 401 from the gateway, without an invocation. Anchored: API Gateway's own matching is not documented to be.
 */
const BEARER_JWT =
  "^[Bb][Ee][Aa][Rr][Ee][Rr] [A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$";

/** The API to guard, and what opens it. */
export interface TenantAuthorizerProps extends TenantAuthorizerOptions {
  /** The API to guard. Synthesis fails while one of its methods, OPTIONS excepted, does not use `authorizer`. */
  readonly api: apigateway.RestApi;
}

/**
 * Opens exactly one tenant's routes of a REST API to each Auth0 access token.
 *
 * ```ts
 * const tenants = new TenantAuthorizer(this, "Tenants", {
 *   api,
 *   issuers: ["https://acme.eu.auth0.com/"],
 *   audiences: ["https://api.acme.com"],
 * });
 * api.root.addMethod("ANY", integration, { authorizer: tenants.authorizer });
 * ```
 *
 * Refused at synthesis: options outside their grammar; a method of the API without this authorizer (OPTIONS
 * excepted, for preflights carry no token); methods or policies that cannot be seen from here (an imported
 * definition); a resource policy with an Allow statement. Raw property overrides are not seen.
 */
export class TenantAuthorizer extends Construct {
  /** Pass this to every method of the API, or to a resource's `defaultMethodOptions`. */
  readonly authorizer: apigateway.TokenAuthorizer;

  /** The API that it guards. */
  readonly api: apigateway.RestApi;

  /** The tenant records. */
  readonly table: dynamodb.ITableV2;

  /** Whether it has replicas, or may have some for all that is known: a table that was passed can be a replica. */
  readonly tableMayHaveReplicas: boolean;

  /** The function that decides. With `canary`, the authorizer invokes `release.alias` of it. */
  readonly function: lambda.IFunction;

  /** What brings new versions of the function into force; absent without `canary`. */
  readonly release: CanaryRelease | undefined;

  /** The function's log, in which each decision is a line. */
  readonly logGroup: logs.ILogGroup;

  /** How long the function itself remembers a tenant's record. */
  readonly tenantCacheTtl: Duration;

  /** The age at which the function fetches a key set again. */
  readonly jwksMaxAge: Duration;

  /** How long the gateway may repeat an answer. */
  readonly resultsCacheTtl: Duration;

  /** The claim that names the tenant. */
  readonly tenantClaim: string;

  /** The plans that it names keys of; `undefined` without any. */
  readonly usagePlans: UsagePlanSet | undefined;

  /** For how long, after a change of a record, an answer from before it may still be given or repeated: at worst. */
  readonly longestAnswer: Duration;

  constructor(scope: Construct, id: string, props: TenantAuthorizerProps) {
    super(scope, id);
    refuse(this.node.path, findOptionProblems(props));

    // Without this flag a changed authorizer reaches the API, but not its deployed stage.
    this.node.setContext(
      cxapi.APIGATEWAY_AUTHORIZER_CHANGE_DEPLOYMENT_LOGICAL_ID,
      true,
    );

    const { tenantClaim = "azp" } = props;
    this.api = props.api;
    this.tenantClaim = tenantClaim;
    this.usagePlans = readUsagePlans(props);
    this.tenantCacheTtl = props.tenantCacheTtl ?? Duration.seconds(5);
    this.jwksMaxAge = props.jwksMaxAge ?? Duration.minutes(10);
    this.resultsCacheTtl = props.resultsCacheTtl ?? Duration.minutes(5);
    this.longestAnswer = this.resultsCacheTtl
      .plus(this.tenantCacheTtl)
      .plus(props.tenantStaleTtl ?? Duration.minutes(5))
      .plus(Duration.minutes(1));
    this.tableMayHaveReplicas =
      props.table !== undefined || (props.replicaRegions ?? []).length > 0;
    this.table =
      props.table ??
      // aws-cdk-lib's classes fit their own interfaces only without exactOptionalPropertyTypes.
      (new TenantTable(this, "Table", {
        tenantClaim,
        ...definedOnly({
          encryption:
            props.tableEncryption ??
            encryptWith(props.encryptionKey, props.replicaKeyArns),
          replicaRegions: props.replicaRegions,
          removalPolicy: props.removalPolicy,
          deletionProtection: props.deletionProtection,
        }),
      }) as dynamodb.ITableV2);

    const node = new AuthorizerFunction(this, "Authorizer", {
      ...props,
      table: this.table,
      tenantClaim,
      tenantCacheTtl: this.tenantCacheTtl,
      restApiId: props.api.restApiId,
    });
    this.function = node.function;
    this.logGroup = node.logGroup;

    if (props.shadow !== undefined) {
      new ShadowMetrics(this, "ShadowMetrics", {
        function: this.function,
        logGroup: this.logGroup,
      });
    }
    const shift = readShift(props.canary);
    this.release =
      shift &&
      new CanaryRelease(this, "Release", {
        api: props.api,
        tenantAuthorizer: this,
        function: node.function,
        shift,
        ...definedOnly({
          provisionedConcurrentExecutions:
            props.provisionedConcurrentExecutions,
        }),
      });
    const authorizer = new apigateway.TokenAuthorizer(this, "TokenAuthorizer", {
      handler:
        (this.release?.alias as lambda.IFunction | undefined) ?? this.function,
      resultsCacheTtl: this.resultsCacheTtl,
      validationRegex: BEARER_JWT,
    });
    this.authorizer = authorizer;
    this.release?.holdStageBack();

    this.node.addValidation({
      validate: () => findApiProblems(props.api, authorizer),
    });
  }
}

function encryptWith(
  key: kms.IKey | undefined,
  replicaKeyArns: Readonly<Record<string, string>> | undefined,
): dynamodb.TableEncryptionV2 | undefined {
  return (
    key && dynamodb.TableEncryptionV2.customerManagedKey(key, replicaKeyArns)
  );
}
