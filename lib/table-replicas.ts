/** Replicas of the tenant table in further regions: what can be asked for, and what names one of them. */
import { Token } from "aws-cdk-lib";

/** Where the new table is to have replicas. */
export interface TableReplicaOptions {
  /**
   * Further regions with a replica of the new table, each for a stack of its own with `tableStreamArn`:
   * docs/regions.md. The stack's own region must be known (`env`). Rules out `plans`.
   *
   * @default - none: one region
   */
  readonly replicaRegions?: readonly string[];

  /**
   * Region of a replica → the ARN of a KMS key there. Needed for every replica where the table is encrypted with a key
   * of your own: a key serves its own region alone.
   *
   * @default - none: the key that AWS manages for DynamoDB
   */
  readonly replicaKeyArns?: Readonly<Record<string, string>>;
}

/** Whose table a stack uses that has none of its own. */
export interface ReplicaStackOptions {
  /**
   * The stream of a replica of another stack's tenant table, in this stack's region. The ARN names the table as well.
   * `aws dynamodb describe-table` in this region says it: docs/regions.md. Rules out `plans`.
   *
   * @default - a table of the stack's own
   */
  readonly tableStreamArn?: string;
}

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

export function findRegionProblem(region: string): string | undefined {
  return REGION.test(region)
    ? undefined
    : `${JSON.stringify(region)} is not an AWS region such as "eu-central-1"`;
}

/** @param region the table's own, which may be known at deployment only */
export function findReplicaProblems(
  { replicaRegions = [], replicaKeyArns = {} }: TableReplicaOptions,
  region: string | undefined,
): readonly string[] {
  const isRegionKnown = region !== undefined && !Token.isUnresolved(region);
  const repeated = replicaRegions.find(
    (name, index) => replicaRegions.indexOf(name) !== index,
  );
  return [
    ...replicaRegions.map(findRegionProblem),
    repeated === undefined
      ? undefined
      : `replicaRegions names ${JSON.stringify(repeated)} twice`,
    isRegionKnown || replicaRegions.length === 0
      ? undefined
      : 'replicaRegions needs the stack\'s own region: give it env: { region: "eu-central-1" }, or the context key region',
    isRegionKnown && replicaRegions.includes(region)
      ? `replicaRegions names ${JSON.stringify(region)}, which is the table's own region: name the further ones alone`
      : undefined,
    ...Object.entries(replicaKeyArns).map(([replica, arn]) =>
      replicaRegions.includes(replica)
        ? findReplicaKeyProblem(replica, arn)
        : `replicaKeyArns names ${JSON.stringify(replica)}, which is none of replicaRegions`,
    ),
  ].filter((problem) => problem !== undefined);
}

/** @param keyArns of the replicas, where the table has a key of your own */
export function findMissingKeyProblem(
  replicaRegions: readonly string[],
  keyArns: Readonly<Record<string, string>>,
): string | undefined {
  const missing = replicaRegions.filter(
    (region) => keyArns[region] === undefined,
  );
  return missing.length === 0
    ? undefined
    : `the table is encrypted with a key of your own, which serves its own region alone: name one for ${missing.join(", ")} in replicaKeyArns`;
}

function findReplicaKeyProblem(
  region: string,
  arn: string,
): string | undefined {
  if (Token.isUnresolved(arn)) return undefined;
  const [, itsRegion] =
    /^arn:[a-z-]+:kms:([a-z0-9-]+):\d{12}:key\/[a-z0-9-]+$/.exec(arn) ?? [];
  return itsRegion === region
    ? undefined
    : `replicaKeyArns must name a KMS key of ${region} for ${region}, by its ARN, not ${JSON.stringify(arn)}`;
}

export interface ReplicaStream {
  readonly tableArn: string;
  readonly tableStreamArn: string;
  readonly region: string;
}

/** `undefined` for what is not a stream's ARN. */
export function parseStreamArn(arn: string): ReplicaStream | undefined {
  const [, tableArn, region] =
    /^(arn:[a-z-]+:dynamodb:([a-z0-9-]+):\d{12}:table\/[A-Za-z0-9_.-]{3,255})\/stream\/[0-9T:.-]+$/.exec(
      arn,
    ) ?? [];
  return tableArn === undefined || region === undefined
    ? undefined
    : { tableArn, tableStreamArn: arn, region };
}

/** What a stack with `tableStreamArn` cannot have beside it, as far as it matters here. */
export interface ReplicaStackNeighbours extends ReplicaStackOptions {
  readonly replicaRegions?: readonly string[] | undefined;
  readonly plans?: unknown;
  readonly table?: unknown;
  readonly tableEncryption?: unknown;
  readonly kmsKeyArn?: boolean | string | undefined;
}

/** @param region the stack's, which may be known at deployment only */
export function findReplicaStackProblems(
  { tableStreamArn: arn, ...options }: ReplicaStackNeighbours,
  region: string | undefined,
): readonly string[] {
  if (arn === undefined) return [];
  return [
    findStreamArnProblem(arn, region),
    options.replicaRegions === undefined || options.replicaRegions.length === 0
      ? undefined
      : "tableStreamArn and replicaRegions exclude each other: replicas are made by the stack that has the table",
    options.table === undefined && options.tableEncryption === undefined
      ? undefined
      : "tableStreamArn names a table that exists: table and tableEncryption mean nothing beside it",
    options.kmsKeyArn === true
      ? "kmsKeyArn must be the ARN of the replica's key, as replicaKeyArns names it in the table's own stack: a new one could not read the replica"
      : undefined,
    options.plans === undefined ? undefined : PLANS_NEED_ONE_REGION,
  ].filter((problem) => problem !== undefined);
}

function findStreamArnProblem(
  arn: string,
  region: string | undefined,
): string | undefined {
  const stream = parseStreamArn(arn);
  if (stream === undefined) {
    return `tableStreamArn ${JSON.stringify(arn)} must be the ARN of a table's stream, such as "arn:aws:dynamodb:us-east-1:123456789012:table/tenants/stream/2026-01-01T00:00:00.000": aws dynamodb describe-table, asked in the stack's region, says it as LatestStreamArn`;
  }
  if (region === undefined || Token.isUnresolved(region)) {
    return `tableStreamArn needs the stack's region to be known: give it env: { region: ${JSON.stringify(stream.region)} }`;
  }
  return stream.region === region
    ? undefined
    : `tableStreamArn is of ${stream.region} and the stack of ${region}: each region's stack reads its own replica's stream`;
}

/** Why tenants of several regions have no usage plans: docs/regions.md. */
export const PLANS_NEED_ONE_REGION =
  "plans and replicas exclude each other: the keys' function writes into the rows, and with the last writer winning over a whole row, a write in one region could undo a suspension in another";
