import { ArnFormat, type RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as kms from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";

/** `true` makes a key, an ARN names one that exists. */
export type KmsKeyOption = boolean | string;

export interface EncryptionKeyProps {
  readonly encryptionKey?: kms.IKey | undefined;
  readonly kmsKeyArn?: KmsKeyOption | undefined;
}

/** The key that the props give, name or ask for. */
export function findEncryptionKey(
  scope: Construct,
  { encryptionKey, kmsKeyArn = false }: EncryptionKeyProps,
  removalPolicy: RemovalPolicy,
): kms.IKey | undefined {
  if (encryptionKey !== undefined) return encryptionKey;
  if (typeof kmsKeyArn === "string") {
    return kms.Key.fromKeyArn(scope, "EncryptionKey", kmsKeyArn);
  }
  return kmsKeyArn
    ? new kms.Key(scope, "EncryptionKey", {
        description: `Tenant records, logs and given-up changes of ${Stack.of(scope).stackName}`,
        enableKeyRotation: true,
        removalPolicy,
      })
    : undefined;
}

/**
 * Lets CloudWatch Logs use a key for log groups of this stack, which it must be allowed before the first one is made.
 * By the beginning of their names, because CloudFormation gives them and each needs the key first. A key that was
 * imported is left as it is: its owner adds this statement.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function letLogGroupsUse(key: kms.IKey, scope: Construct): void {
  const stack = Stack.of(scope);
  const logGroups = stack.formatArn({
    service: "logs",
    resource: "log-group",
    resourceName: `${stack.stackName}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [
        new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`),
      ],
      actions: [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey*",
        "kms:ReEncrypt*",
      ],
      // In a key's own policy, that key.
      resources: ["*"],
      conditions: {
        ArnLike: { "kms:EncryptionContext:aws:logs:arn": logGroups },
      },
    }),
    // An imported key has no policy to add to.
    true,
  );
}

/** By its id, which is a UUID, or mrk- and hexadecimal digits where it is in more regions than one. */
const KEY_ARN =
  /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/(?:[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}|mrk-[a-f0-9]{32})$/;

export function findKmsKeyProblem({
  encryptionKey,
  kmsKeyArn,
}: EncryptionKeyProps): string | undefined {
  if (kmsKeyArn === undefined || kmsKeyArn === false) return undefined;
  if (encryptionKey !== undefined) {
    return "encryptionKey and kmsKeyArn both name a key: give one of them";
  }
  return kmsKeyArn === true ||
    Token.isUnresolved(kmsKeyArn) ||
    KEY_ARN.test(kmsKeyArn)
    ? undefined
    : `kmsKeyArn must be true, false, or the ARN of a KMS key such as "arn:aws:kms:eu-central-1:123456789012:key/id" (not of an alias), not ${JSON.stringify(kmsKeyArn)}`;
}
