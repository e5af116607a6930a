import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./foreign-app.ts";

/** The files that docs/library.md shows: path → text. */
export function readLibraryPage(): ReadonlyMap<string, string> {
  const page = readFileSync(join(ROOT, "docs/library.md"), "utf8");
  const shown = page.matchAll(
    /<!-- file:(\S+) -->\n+```[a-z]+\n([\s\S]*?\n)```/g,
  );
  return new Map(
    [...shown].map(([, name = "", text = ""]) => [name, text] as const),
  );
}

/** The README's construct, in a stack of its own that is synthesized at once. */
export function readReadmeSnippet(): string {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, snippet] =
    /<!-- snippet:construct -->\n+```ts\n([\s\S]*?\n)```/.exec(readme) ?? [];
  if (snippet === undefined) throw new Error("README has no such snippet");
  return `
import { App, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as ours from "auth0-tenant-authorizer";
const { addGatewayResponses, forwardTo, TenantAuthorizer, TenantChanges } = ours;
class Readme extends Stack {
  constructor(app: App) {
    super(app, "Readme");
${snippet}
  }
}
const app = new App();
new Readme(app);
app.synth();
console.log("synthesized");
`;
}
