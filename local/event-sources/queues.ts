/** The template's SQS queues, in memory: what is sent to them stays, for nobody here receives it. */
import { attributeOf, nameOfResource } from "../stack-identifiers.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";

export interface LocalQueue {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Oldest first. */
  readonly messages: readonly string[];
  readonly send: (message: string) => void;
}

export function createQueues(stack: SynthesizedStack): readonly LocalQueue[] {
  return resourcesOfType(stack, "AWS::SQS::Queue").map((resource) => {
    const messages: string[] = [];
    return {
      logicalId: resource.logicalId,
      name: nameOfResource(resource, stack),
      arn: attributeOf(resource, "Arn", stack),
      messages,
      send: (message) => messages.push(message),
    };
  });
}
