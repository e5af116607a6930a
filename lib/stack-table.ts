/** Whose table a stack uses: one that it is given, the replica of another stack's, or a new one of its own. */
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type * as kms from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { definedOnly } from "./defined-only.ts";
import {
  parseStreamArn,
  type ReplicaStackOptions,
  type TableReplicaOptions,
} from "./table-replicas.ts";

export interface StackTableOptions
  extends TableReplicaOptions, ReplicaStackOptions {
  readonly table?: dynamodb.ITableV2;
}

/** `undefined` where the table is a new one. What is wrong with the ARN has been said before. */
export function findGivenTable(
  scope: Construct,
  { table, tableStreamArn = "" }: StackTableOptions,
  encryptionKey: kms.IKey | undefined,
): dynamodb.ITableV2 | undefined {
  const replica = parseStreamArn(tableStreamArn);
  return replica === undefined
    ? table
    : dynamodb.TableV2.fromTableAttributes(scope, "Replica", {
        tableArn: replica.tableArn,
        tableStreamArn,
        ...definedOnly({ encryptionKey }),
      });
}

export function isOneOfSeveralRegions({
  replicaRegions = [],
  tableStreamArn,
}: StackTableOptions): boolean {
  return replicaRegions.length > 0 || tableStreamArn !== undefined;
}
