/** The CDK app: context in, one stack out. */
import { App } from "aws-cdk-lib";
import cdkJson from "../cdk.json" with { type: "json" };
import { parseRoute } from "../lambda/core/routes.ts";
import { parseTenantId } from "../lambda/core/tenant-id.ts";
import { AppContextError, parseAppContext } from "../lib/app-context.ts";
import { findLikelyTypos } from "../lib/context-keys.ts";
import { TenantApiStack } from "../lib/tenant-api-stack.ts";

const app = new App({
  // cdk.json holds the feature flags. The CLI passes them on; a run without the CLI must build the same template.
  context: cdkJson.context,
  // Not on exit: a refused context must leave no assembly behind that looks like an empty app.
  autoSynth: false,
});
const context = app.node.getAllContext() as Record<string, unknown>;

try {
  const props = parseAppContext(context, { findRouteProblem });
  for (const typo of findLikelyTypos(context)) {
    process.stderr.write(`warning: ${typo}\n`);
  }
  new TenantApiStack(app, "TenantApi", props);
  app.synth();
} catch (error) {
  if (!(error instanceof AppContextError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** The function's own parser, before the function exists. With some tenant's id: every one has the same grammar. */
function findRouteProblem(route: string): string | undefined {
  const someTenant = parseTenantId("some-tenant");
  const parsed = someTenant && parseRoute(route, someTenant);
  return parsed?.ok === false ? parsed.reason : undefined;
}
