/** The functions' code as it would be uploaded. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { VALID_PROPS } from "./synthesize.ts";
import cdkJson from "../../cdk.json" with { type: "json" };
import { TenantApiStack } from "../../lib/tenant-api-stack.ts";

function bundle() {
  const outdir = mkdtempSync(join(tmpdir(), "bundle-test-"));
  try {
    const app = new App({ context: cdkJson.context, outdir });
    new TenantApiStack(app, "TenantApi", VALID_PROPS);
    app.synth();
    return readdirSync(outdir)
      .filter((name) => name.startsWith("asset."))
      .map((name) => join(outdir, name))
      .map((asset) => ({
        files: readdirSync(asset),
        code: readFileSync(join(asset, "index.mjs"), "utf8"),
      }));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

const bundles = bundle();
const authorizer = bundles.find(({ code }) => code.includes("AUTH0_ISSUERS"));
if (authorizer === undefined) throw new Error("no authorizer was bundled");

describe("the authorizer's bundle", () => {
  test("is at most 260 kB, of which every one costs time at each cold start", () => {
    expect(Buffer.byteLength(authorizer.code)).toBeLessThanOrEqual(260_000);
  });

  test("has no SSO, STS, log-in, profile or process credentials in it", () => {
    expect(authorizer.code).not.toMatch(
      /fromSSO|fromIni|fromProcess|fromTokenFile|fromLoginCredentials|AssumeRole|GetRoleCredentials|sso_session/,
    );
    expect(authorizer.code).toContain(
      "no AWS credentials in the function's environment",
    );
  });
});

test("every bundle is one ES module that needs nothing but Node", () => {
  expect(bundles).toHaveLength(2);
  expect(findImports(authorizer.code)).toContain("https");
  for (const { files, code } of bundles) {
    expect(files).toEqual(["index.mjs"]);
    expect(findImports(code).filter((name) => !isBuiltin(name))).toEqual([]);
    // A CommonJS package that requires at run time would throw in an ES module.
    expect(code).not.toContain("Dynamic require of");
    expect(code).toMatch(/export\{[^}]*\bas handler\}/);
  }
});

function findImports(code: string): readonly string[] {
  return Array.from(
    code.matchAll(/\bfrom\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/g),
    (match) => match[1] ?? match[2] ?? "",
  ).map((name) => name.replace(/^node:/, ""));
}

function isBuiltin(name: string): boolean {
  return builtinModules.includes(name);
}
