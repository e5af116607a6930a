/**
 * The table of a stack that uses a replica of another stack's: it is in no template of its own. What the stack says of
 * it is enough to make one: the name and the key in the authorizer's variables, the stream in the mapping.
 */
import { findAuthorizerVariables } from "./given-stack.ts";
import { nameOfResource } from "./stack-identifiers.ts";
import {
  resourcesOfType,
  type StackResource,
  type SynthesizedStack,
} from "./stack.ts";

const LOGICAL_ID = "ReplicaOfAnotherStacksTable";

/** The same stack where it has its table, or says nothing of a stream. */
export function addReplicaTable(stack: SynthesizedStack): SynthesizedStack {
  const { TENANT_TABLE: tableName, TENANT_CLAIM: tenantClaim } =
    findAuthorizerVariables(stack) ?? {};
  if (typeof tableName !== "string" || typeof tenantClaim !== "string") {
    return stack;
  }
  const tables = resourcesOfType(stack, "AWS::DynamoDB::GlobalTable");
  if (tables.some((table) => nameOfResource(table, stack) === tableName)) {
    return stack;
  }
  const streamArn = resourcesOfType(stack, "AWS::Lambda::EventSourceMapping")
    .map(({ properties }) => properties["EventSourceArn"])
    .find(
      (arn) =>
        typeof arn === "string" && arn.includes(`:table/${tableName}/stream/`),
    );
  if (typeof streamArn !== "string") return stack;

  const table: StackResource = {
    logicalId: LOGICAL_ID,
    type: "AWS::DynamoDB::GlobalTable",
    properties: {
      TableName: tableName,
      AttributeDefinitions: [
        { AttributeName: tenantClaim, AttributeType: "S" },
      ],
      KeySchema: [{ AttributeName: tenantClaim, KeyType: "HASH" }],
      StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
    },
  };
  return {
    ...stack,
    resources: new Map([...stack.resources, [LOGICAL_ID, table]]),
    resourceAttributes: {
      ...stack.resourceAttributes,
      [LOGICAL_ID]: { StreamArn: streamArn },
    },
  };
}
