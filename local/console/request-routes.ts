import { parseAuthorizerSettings } from "../gateway/authorizer-settings.ts";
import type { GatewayStage } from "../gateway/create-gateway.ts";
import { propertiesOf, templateError } from "../gateway/template-properties.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";
import type { ConsoleParts } from "./console.ts";
import { buildMatrix } from "./drills/build-matrix.ts";
import type { AskedAuthorizer } from "./drills/judge-application.ts";
import type { ApiRoutes } from "./http/answer-api.ts";
import { refuseOthers } from "./http/fields.ts";
import { curlCommand } from "./requests/curl-command.ts";
import { parseRequestInput } from "./requests/parse-request-input.ts";
import { sendAndWatch } from "./requests/send-and-watch.ts";
import type { Tools } from "./tenant-routes.ts";
import { chooseToken } from "./tokens/choose-token.ts";
import { createTokenStore } from "./tokens/token-store.ts";

/** Getting a token, sending it somewhere, and asking what it would open. */
export function createRequestRoutes(
  parts: ConsoleParts,
  { book, mint, callGateway }: Tools,
  stage: GatewayStage & { readonly url: string },
): ApiRoutes {
  const { stack, functions } = parts;
  const { partition, region, account } = stack;
  const stageArn = `arn:${partition}:execute-api:${region}:${account}:${stage.apiId}/${stage.stageName}`;
  const authorizer: AskedAuthorizer = {
    invokeFunction: functions.invoke,
    functionLogicalId: findAuthorizerFunction(stack),
    stageArn,
  };
  const tokens = createTokenStore();
  return {
    "POST /api/tokens": (body) => chooseToken(body, mint, tokens, book),
    "POST /api/requests": (body) => {
      const input = parseRequestInput(body);
      const token = tokens.find(input.token);
      return sendAndWatch(input, token, callGateway, parts, stageArn);
    },
    "POST /api/curl": (body) => {
      const input = parseRequestInput(body);
      const call = { ...input, token: tokens.find(input.token) };
      return { command: curlCommand(call, stage.url) };
    },
    "POST /api/matrix": async (body) => {
      refuseOthers(body, []);
      const { samples } = await book.view();
      return await buildMatrix(book.applications(), samples, mint, authorizer);
    },
  };
}

/** The template's authorizer, to be asked past the gateway. */
function findAuthorizerFunction(stack: SynthesizedStack): string {
  const [resource] = resourcesOfType(stack, "AWS::ApiGateway::Authorizer");
  if (resource === undefined) {
    throw templateError("the template", "it has no authorizer");
  }
  return parseAuthorizerSettings(propertiesOf(resource), stack)
    .functionLogicalId;
}
