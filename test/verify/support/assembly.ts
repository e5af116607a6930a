/** What `cdk synth` wrote, once for all variants, and broken in one way before a local run loads it. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalRunOptions } from "../../../local/local-run.ts";
import { synthesize } from "../../../local/synthesize.ts";

type Properties = Record<string, unknown>;

export interface Resource {
  Type: string;
  Properties: Properties;
}

export interface Assembly {
  readonly resources: Record<string, Resource>;
  /** All of the type, with their logical ids. */
  readonly ofType: (type: string) => readonly (readonly [string, Resource])[];
  /** The function whose description begins so. */
  readonly functionOf: (description: string) => Resource;
  /** Of every function: none minds those that it does not know. */
  readonly setVariables: (variables: Readonly<Record<string, string>>) => void;
  /** Puts code in front of the authorizer: the body of `handler(event, context)`, which has `sound`, the real one. */
  readonly wrapAuthorizer: (body: string) => void;
}

const TEMPLATE = "TenantApi.template.json";
/** Stands where each run's own issuer will. */
const PLACEHOLDER = "https://localhost:1/";
const AUTHORIZER = "Decides which tenant's routes";

/** @returns the directory of the sound assembly */
export async function synthesizeSound(
  context: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), "verify-assembly-"));
  await synthesize({
    outDir,
    context: {
      corsOrigins: "http://localhost:4014",
      issuer: PLACEHOLDER,
      audience: "https://api.example.test",
      ...context,
    },
  });
  return outDir;
}

/** In place of the CDK app: the sound assembly, for the run's issuer, after the change. */
export function changedAssembly(
  soundDir: string,
  change: (assembly: Assembly) => void,
): NonNullable<LocalRunOptions["synthesize"]> {
  return ({ outDir, context }) => {
    cpSync(soundDir, outDir, { recursive: true });
    const file = join(outDir, TEMPLATE);
    const template = JSON.parse(
      readFileSync(file, "utf8").replaceAll(
        PLACEHOLDER,
        String(context["issuer"]),
      ),
    ) as { readonly Resources: Record<string, Resource> };
    change(openAssembly(outDir, template.Resources));
    writeFileSync(file, JSON.stringify(template));
    return Promise.resolve();
  };
}

function openAssembly(
  outDir: string,
  resources: Record<string, Resource>,
): Assembly {
  const ofType: Assembly["ofType"] = (type) =>
    Object.entries(resources).filter(([, { Type }]) => Type === type);
  const functionOf = (description: string): Resource => {
    const [found] = ofType("AWS::Lambda::Function").filter(([, resource]) =>
      String(resource.Properties["Description"]).startsWith(description),
    );
    if (found === undefined) throw new Error(`no function: ${description}`);
    return found[1];
  };
  return {
    resources,
    ofType,
    functionOf,
    setVariables: (variables) => {
      for (const [, { Properties: properties }] of ofType(
        "AWS::Lambda::Function",
      )) {
        const { Variables } = (properties["Environment"] ??= {
          Variables: {},
        }) as { readonly Variables: Record<string, string> };
        Object.assign(Variables, variables);
      }
    },
    wrapAuthorizer: (body) => {
      const { Properties: properties } = functionOf(AUTHORIZER);
      const { S3Key: key } = properties["Code"] as { readonly S3Key: string };
      writeFileSync(
        join(outDir, `asset.${key.replace(".zip", "")}`, "broken.mjs"),
        `import { handler as sound } from "./index.mjs";\n${HELPERS}\nexport async function handler(event, context) {\n${body}\n}\n`,
      );
      properties["Handler"] = "broken.handler";
    },
  };
}

/** What the broken authorizers share: claims without a look at the signature, and the last good answer by application. */
const HELPERS = `
const part = (event, index) => {
  try {
    const [, token = ""] = event.authorizationToken.split(" ");
    return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
  } catch { return {}; }
};
const header = (event) => part(event, 0);
const claims = (event) => part(event, 1);
const kept = new Map();
const isAllow = (result) => result.policyDocument.Statement.some(({ Effect }) => Effect === "Allow");
const mapStatements = (result, map) => ({
  ...result,
  policyDocument: { ...result.policyDocument, Statement: result.policyDocument.Statement.map(map).filter(({ Resource }) => Resource.length > 0) },
});
/** Lets in, as whoever it says, a token that is refused and that the bug overlooks. */
const overlooking = async (event, context, isOverlooked) => {
  const { azp } = claims(event);
  try {
    const result = await sound(event, context);
    if (isAllow(result)) kept.set(azp, result);
    return result;
  } catch (error) {
    const result = kept.get(azp);
    if (result !== undefined && isOverlooked(header(event), claims(event))) return result;
    throw error;
  }
};
const matches = (pattern, arn) => new RegExp("^" + pattern.split("").map((c) => c === "*" ? ".*" : c === "?" ? "." : "\\\\u{" + c.codePointAt(0).toString(16) + "}").join("") + "$", "u").test(arn);
`;
