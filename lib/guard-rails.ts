/** What a team that runs the stack for real adds to it: one idea per file, taken together here. */
import type { CustomDomainOptions } from "./api-domain.ts";
import { findDomainProblems } from "./api-domain.ts";
import { findWafProblems, type WafOption } from "./api-firewall.ts";
import {
  type EncryptionKeyProps,
  findKmsKeyProblem,
  type KmsKeyOption,
} from "./encryption-key.ts";
import { findTagProblems, type ResourceTags } from "./resource-tags.ts";

/** Options of the stack for running it for real, all off until asked for: docs/guard-rails.md. */
export interface GuardRailOptions {
  /**
   * Whether AWS WAF stands before the stage. `true` makes a web ACL with limits per IP address, an object one with
   * limits of your own, the ARN of a regional web ACL has that one associated. docs/guard-rails.md says what it sees.
   *
   * @default false
   */
  readonly waf?: WafOption;

  /**
   * A domain of your own. The API's default endpoint is then switched off, and nothing can go around the domain.
   *
   * @default - the API's default endpoint
   */
  readonly customDomain?: CustomDomainOptions;

  /**
   * A KMS key of your own for table, logs and dead-letter queue: `true` makes one that rotates, an ARN names one that
   * exists, whose policy must let CloudWatch Logs use it (docs/guard-rails.md). `encryptionKey` takes a construct.
   *
   * @default false: keys that AWS manages
   */
  readonly kmsKeyArn?: KmsKeyOption;

  /**
   * Tags for the stack and for every resource that can carry some.
   *
   * @default - none
   */
  readonly tags?: ResourceTags;
}

/** @param region the stack's, which may be known at deployment only */
export function findGuardRailProblems(
  props: GuardRailOptions & EncryptionKeyProps,
  region: string,
): readonly (string | undefined)[] {
  return [
    ...findWafProblems(props.waf),
    ...findDomainProblems(props.customDomain, region),
    findKmsKeyProblem(props),
    ...findTagProblems(props.tags ?? {}),
  ];
}
