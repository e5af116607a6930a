/** Switches on the streams that the template's tables have. */
import {
  findNested,
  getList,
  getString,
  propertiesOf,
  templateError,
} from "../gateway/template-properties.ts";
import { ownProperty } from "../json.ts";
import { attributeOf, nameOfResource } from "../stack-identifiers.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";
import type { TableServer } from "../table/table-server.ts";
import type { TableStream } from "./table-stream.ts";

/** @returns the streams by their ARN */
export async function openStreams(
  { openStream }: Pick<TableServer, "openStream">,
  stack: SynthesizedStack,
): Promise<ReadonlyMap<string, TableStream>> {
  const streams = new Map<string, TableStream>();
  for (const table of resourcesOfType(stack, "AWS::DynamoDB::GlobalTable")) {
    const properties = propertiesOf(table);
    const specification = findNested(properties, "StreamSpecification");
    if (specification === undefined) continue;
    const viewType = getString(specification, "StreamViewType");
    if (viewType !== "NEW_AND_OLD_IMAGES") {
      throw templateError(
        specification.where,
        `StreamViewType ${viewType} is not emulated`,
      );
    }
    const arn = attributeOf(table, "StreamArn", stack);
    streams.set(
      arn,
      await openStream({
        tableName: nameOfResource(table, stack),
        arn,
        region: stack.region,
        keyAttributes: getList(properties, "KeySchema").map((key) =>
          String(ownProperty(key, "AttributeName")),
        ),
      }),
    );
  }
  return streams;
}
