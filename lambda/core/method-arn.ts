/** The part of an execute-api ARN that a policy is built from: everything up to the stage, never what follows it. */

export interface StageArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly apiId: string;
  readonly stage: string;
}

/** API Gateway answers 414 by itself above this many bytes. */
const MAX_METHOD_ARN_LENGTH = 1_600;

/**
 * `arn:{partition}:execute-api:{region}:{account}:{apiId}/{stage}/{METHOD}/{path}`. Each field is an allow-list
 * without `*`, `?`, `:` or `/`, because each is copied into a policy. Method and path are the client's and are
 * left unread.
 */
const METHOD_ARN =
  /^arn:(aws(?:-[a-z]+)*):execute-api:([a-z0-9-]{1,32}):([0-9]{12}):([A-Za-z0-9]{1,64})\/([A-Za-z0-9_-]{1,128})\//;

/** Every match has all of the groups. */
type StageFields = [string, string, string, string, string];

/** The stage that a `methodArn` belongs to; `undefined` when it is not a REST API method's ARN. */
export function parseMethodArn(methodArn: unknown): StageArn | undefined {
  if (
    typeof methodArn !== "string" ||
    methodArn.length > MAX_METHOD_ARN_LENGTH
  ) {
    return undefined;
  }
  const match = METHOD_ARN.exec(methodArn);
  if (match === null) return undefined;
  const [, ...groups] = match;
  const [partition, region, account, apiId, stage] = groups as StageFields;
  return { partition, region, account, apiId, stage };
}

/** `arn:…:{apiId}/{stage}`: what every resource of this stage begins with. */
export function formatStageArn(stage: StageArn): string {
  return `arn:${stage.partition}:execute-api:${stage.region}:${stage.account}:${stage.apiId}/${stage.stage}`;
}
