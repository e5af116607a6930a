import { isRecord } from "./json.ts";
import { resourcesOfType, type SynthesizedStack } from "./stack.ts";

/** A web origin that the stack's preflights let in, `*` included; `undefined` without a preflight that says so. */
export function findCorsOrigin(stack: SynthesizedStack): string | undefined {
  return resourcesOfType(stack, "AWS::ApiGateway::Method")
    .filter(({ properties }) => properties["HttpMethod"] === "OPTIONS")
    .flatMap(({ properties: { Integration: integration } }) =>
      isRecord(integration) &&
      Array.isArray(integration["IntegrationResponses"])
        ? (integration["IntegrationResponses"] as readonly unknown[])
        : [],
    )
    .map((response) => {
      const parameters = isRecord(response) && response["ResponseParameters"];
      const value =
        isRecord(parameters) &&
        parameters["method.response.header.Access-Control-Allow-Origin"];
      // A fixed value stands in quotes.
      return typeof value === "string"
        ? /^'(.+)'$/.exec(value)?.[1]
        : undefined;
    })
    .find((origin) => origin !== undefined);
}
