import { RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { refuse } from "./prop-checks.ts";
import {
  findMissingKeyProblem,
  findReplicaProblems,
  type TableReplicaOptions,
} from "./table-replicas.ts";

/** What a {@link TenantTable} is keyed by, and how it is kept. */
export interface TenantTableProps extends Pick<
  TableReplicaOptions,
  "replicaRegions"
> {
  /** The claim that names the tenant: the partition key's name. */
  readonly tenantClaim: string;

  /**
   * How the table is encrypted at rest. A key of your own takes one for each replica beside it.
   *
   * @default - the key that AWS manages for DynamoDB in this account, whose use CloudTrail records
   */
  readonly encryption?: dynamodb.TableEncryptionV2;

  /**
   * What becomes of the table when the stack is deleted.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether the table refuses to be deleted.
   *
   * @default - true, unless `removalPolicy` is DESTROY
   */
  readonly deletionProtection?: boolean;
}

/** The tenant records. Losing them locks every tenant out, so it keeps backups and refuses deletion. */
export class TenantTable extends dynamodb.TableV2 {
  /** The key of your own that encrypts it; absent without one. */
  declare readonly encryptionKey?: kms.IKey;

  constructor(scope: Construct, id: string, props: TenantTableProps) {
    const encryption =
      props.encryption ?? dynamodb.TableEncryptionV2.awsManagedKey();
    const { tableKey, replicaKeyArns = {} } = encryption;
    const { replicaRegions = [] } = props;
    const { region } = Stack.of(scope);
    refuse(`${scope.node.path}/${id}`, [
      ...findReplicaProblems({ replicaRegions, replicaKeyArns }, region),
      tableKey && findMissingKeyProblem(replicaRegions, replicaKeyArns),
    ]);
    // TableV2 wants to know which of the replicas is the stack's own. Where the region is left to the deployment
    // there can be one only, and the key is its.
    const lateKey = Token.isUnresolved(region) ? tableKey : undefined;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    super(scope, id, {
      partitionKey: {
        name: props.tenantClaim,
        type: dynamodb.AttributeType.STRING,
      },
      billing: dynamodb.Billing.onDemand(),
      encryption:
        lateKey === undefined
          ? encryption
          : dynamodb.TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: "expiresAt",
      // Old and new: whoever reacts to a change must see which tenant a record belonged to before it.
      dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      removalPolicy,
      deletionProtection:
        props.deletionProtection ?? removalPolicy !== RemovalPolicy.DESTROY,
      // Each takes backups and protection from here. Eventual consistency between them: the strong one has no TTL.
      ...(replicaRegions.length > 0 && {
        replicas: replicaRegions.map((name) => ({ region: name })),
      }),
    });
    if (tableKey !== undefined) this.encryptionKey = tableKey;
    if (lateKey !== undefined) {
      const resource = this.node.defaultChild as dynamodb.CfnGlobalTable;
      resource.addPropertyOverride(
        "Replicas.0.SSESpecification.KMSMasterKeyId",
        lateKey.keyArn,
      );
    }
  }
}
