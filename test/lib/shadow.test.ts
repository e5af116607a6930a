import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CfnParameter, Stack } from "aws-cdk-lib";
import { afterAll, describe, expect, test } from "vitest";
import { buildShadowCode, type ShadowOptions } from "../../lib/shadow.ts";
import type { TenantApiStackProps } from "../../lib/tenant-api-stack.ts";
import { synthesizeTenantApi } from "./synthesize.ts";

const folder = mkdtempSync(join(tmpdir(), "shadow-options-"));
writeFileSync(join(folder, "index.mjs"), "export const handler = 1;");
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const variablesOf = (props: Partial<TenantApiStackProps>) => {
  const found = synthesizeTenantApi(props)
    .all("AWS::Lambda::Function")
    .filter(({ properties }) =>
      JSON.stringify(properties["Environment"]).includes("AUTH0_ISSUERS"),
    );
  expect(found).toHaveLength(1);
  const { Variables: variables } = found[0]?.properties["Environment"] as {
    readonly Variables: Readonly<Record<string, unknown>>;
  };
  return variables;
};

describe("without a shadow", () => {
  test("the function is the ordinary one, and knows nothing of shadows", () => {
    expect(buildShadowCode(undefined, new Stack())).toEqual({
      entry: "lambda/authorizer/handler.ts",
      files: {},
      environment: {},
    });
    expect(Object.keys(variablesOf({})).join()).not.toMatch(/SHADOW/);
    const filters = JSON.stringify(
      synthesizeTenantApi().all("AWS::Logs::MetricFilter"),
    );
    expect(filters).not.toMatch(/shadow/i);
  });
});

describe("with a shadow", () => {
  test("another build lies beside the function's code, and the function is told", () => {
    const code = buildShadowCode({ bundle: folder }, new Stack());
    expect(code).toEqual({
      entry: "lambda/authorizer-shadow/handler.ts",
      files: { "candidate.mjs": join(folder, "index.mjs") },
      environment: { SHADOW_BUNDLE: "./candidate.mjs" },
    });
  });

  test("the candidate's variables are its own: the function's stay as they are", () => {
    const plain = variablesOf({});
    const { SHADOW_ENVIRONMENT: changes, ...others } = variablesOf({
      shadow: { environment: { TENANT_CLAIM: "org_id" } },
    });
    expect(others).toEqual(plain);
    expect(JSON.parse(String(changes))).toEqual({ TENANT_CLAIM: "org_id" });
  });

  test("a value may be known at deployment only", () => {
    const stack = new Stack();
    const parameter = new CfnParameter(stack, "Table");
    const { environment } = buildShadowCode(
      { environment: { TENANT_TABLE: parameter.valueAsString } },
      stack,
    );
    expect(stack.resolve(environment)).toEqual({
      SHADOW_ENVIRONMENT: {
        "Fn::Join": ["", ['{"TENANT_TABLE":"', { Ref: "Table" }, '"}']],
      },
    });
  });

  test("its counts are added up from the decision lines", () => {
    const { all } = synthesizeTenantApi({
      shadow: { bundle: folder },
      monitoring: false,
    });
    expect(
      all("AWS::Logs::MetricFilter").map(({ properties }) => ({
        pattern: properties["FilterPattern"],
        metrics: properties["MetricTransformations"],
      })),
    ).toEqual(
      ["Agreed", "Different", "Failed", "Dropped"].map((what) => ({
        pattern: `{ $.message.shadow${what} >= 0 }`,
        metrics: [
          expect.objectContaining({
            MetricName: `Shadow${what}`,
            MetricValue: `$.message.shadow${what}`,
          }),
        ],
      })),
    );
  });
});

describe("is refused:", () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  test.each<{ name: string; shadow: ShadowOptions; words: string }>([
    { name: "nothing to compare", shadow: {}, words: "shadow is empty" },
    {
      name: "no variables to compare",
      shadow: { environment: {} },
      words: "shadow is empty",
    },
    {
      name: "a folder without a build",
      shadow: { bundle: empty },
      words: "shadow.bundle: there is no file",
    },
    {
      name: "a variable that this build does not read",
      shadow: { environment: { TENANT_CACHE_SECOND: "1" } },
      words:
        '"TENANT_CACHE_SECOND" is no variable of the authorizer; they are AUTH0_ISSUERS',
    },
    {
      name: "a variable of the runtime",
      shadow: { bundle: folder, environment: { NODE_OPTIONS: "--inspect" } },
      words: '"NODE_OPTIONS" is no variable of the authorizer',
    },
    {
      name: "a variable taken away",
      shadow: { environment: { TENANT_CLAIM: "" } },
      words: "shadow.environment.TENANT_CLAIM is empty",
    },
  ])("$name", ({ shadow, words }) => {
    expect(() => synthesizeTenantApi({ shadow })).toThrow(words);
  });

  test("but not a variable that another build may read", () => {
    expect(() =>
      synthesizeTenantApi({
        shadow: { bundle: folder, environment: { TENANT_REGION: "eu" } },
      }),
    ).not.toThrow();
  });
});
