import { findFunctionByArn } from "../../stack-identifiers.ts";
import type { StackResource, SynthesizedStack } from "../../stack.ts";
import { templateError } from "../template-properties.ts";

/** The function behind `arn:aws:apigateway:…:lambda:path/2015-03-31/functions/<function arn>/invocations`. */
export function functionOfUri(
  uri: string,
  stack: SynthesizedStack,
  where: string,
): StackResource {
  const [, functionArn = ""] =
    /:lambda:path\/[\d-]+\/functions\/(.+)\/invocations$/.exec(uri) ?? [];
  const found = findFunctionByArn(stack, functionArn);
  if (found === undefined) {
    throw templateError(where, `${uri} names no function of this stack`);
  }
  return found;
}
