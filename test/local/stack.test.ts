import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  attributeOf,
  findFunctionByArn,
  nameOfResource,
} from "../../local/stack-identifiers.ts";
import {
  loadSynthesizedStack,
  type LoadStackOptions,
} from "../../local/stack-loader.ts";
import {
  resourcesOfType,
  type StackResource,
  type SynthesizedStack,
} from "../../local/stack.ts";

const OPTIONS: LoadStackOptions = {
  region: "eu-central-1",
  account: "123456789012",
  partition: "aws",
};

const LAMBDA_ARN = "arn:aws:lambda:eu-central-1:123456789012:function";

const TEMPLATE = {
  Parameters: {
    BootstrapVersion: {
      Type: "AWS::SSM::Parameter::Value<String>",
      Default: "/cdk-bootstrap/hnb659fds/version",
    },
    NoDefault: { Type: "String" },
  },
  Conditions: {
    InFrankfurt: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-central-1"] },
    Elsewhere: { "Fn::Not": [{ Condition: "InFrankfurt" }] },
    Both: {
      "Fn::And": [{ Condition: "InFrankfurt" }, { Condition: "Elsewhere" }],
    },
    Either: {
      "Fn::Or": [{ Condition: "InFrankfurt" }, { Condition: "Elsewhere" }],
    },
    Circular: { Condition: "Circular" },
  },
  Resources: {
    Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: "x" } },
    Fn: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Code: {
          S3Bucket: {
            "Fn::Sub": "cdk-assets-${AWS::AccountId}-${AWS::Region}",
          },
          S3Key: "abc.zip",
        },
      },
    },
    Named: {
      Type: "AWS::Lambda::Function",
      Properties: { FunctionName: { "Fn::Sub": "${AWS::StackName}-named" } },
    },
    Version: {
      Type: "AWS::Lambda::Version",
      Properties: { FunctionName: { Ref: "Named" } },
    },
    Alias: {
      Type: "AWS::Lambda::Alias",
      Properties: {
        FunctionName: { Ref: "Named" },
        FunctionVersion: { "Fn::GetAtt": ["Version", "Version"] },
        Name: "live",
      },
    },
    Table: { Type: "AWS::DynamoDB::GlobalTable" },
    Present: { Type: "AWS::SNS::Topic", Condition: "Either" },
    Absent: { Type: "AWS::SNS::Topic", Condition: "Both" },
  },
} as const;

/** Resolves one value as a property of an otherwise plain template. */
function resolve(value: unknown, options: Partial<LoadStackOptions> = {}) {
  const stack = load(
    {
      ...TEMPLATE,
      Resources: {
        ...TEMPLATE.Resources,
        Probe: { Type: "AWS::Test::Probe", Properties: { value } },
      },
    },
    options,
  );
  return stack.resources.get("Probe")?.properties["value"];
}

function load(
  template: object = TEMPLATE,
  options: Partial<LoadStackOptions> = {},
  stacks: readonly string[] = ["Tenants"],
  environment = "aws://unknown-account/unknown-region",
): SynthesizedStack {
  const outDir = mkdtempSync(join(tmpdir(), "stack-"));
  onTestFinished(() => {
    rmSync(outDir, { recursive: true });
  });
  const write = (name: string, content: object) => {
    writeFileSync(join(outDir, name), JSON.stringify(content));
  };
  const artifacts = stacks.map((name) => [
    name,
    {
      type: "aws:cloudformation:stack",
      environment,
      properties: { templateFile: `${name}.template.json` },
    },
  ]);
  write("manifest.json", {
    artifacts: {
      ...(Object.fromEntries(artifacts) as object),
      "Tenants.assets": {
        type: "cdk:asset-manifest",
        properties: { file: "Tenants.assets.json" },
      },
      Tree: { type: "cdk:tree", properties: { file: "tree.json" } },
    },
  });
  for (const name of stacks) write(`${name}.template.json`, template);
  write("Tenants.assets.json", {
    files: {
      abc: {
        source: { path: "asset.abc", packaging: "zip" },
        destinations: {
          "current_account-current_region": { objectKey: "abc.zip" },
        },
      },
      def: {
        source: { path: "Tenants.template.json", packaging: "file" },
        destinations: {
          "current_account-current_region": { objectKey: "def.json" },
        },
      },
    },
  });
  const stack = loadSynthesizedStack(outDir, { ...OPTIONS, ...options });
  expect([...stack.assets]).toEqual([["abc.zip", join(outDir, "asset.abc")]]);
  return stack;
}

const resourceOf = (stack: SynthesizedStack, id: string): StackResource => {
  const resource = stack.resources.get(id);
  if (resource === undefined) throw new Error(`no ${id}`);
  return resource;
};

test("a stack has its name, place, resources and the directories of its zipped assets", () => {
  const stack = load();
  expect(stack).toMatchObject({ name: "Tenants", ...OPTIONS });
  expect(resourceOf(stack, "Fn").properties).toEqual({
    Code: {
      S3Bucket: "cdk-assets-123456789012-eu-central-1",
      S3Key: "abc.zip",
    },
  });
});

test("resources of one type come in template order", () => {
  const functions = resourcesOfType(load(), "AWS::Lambda::Function");
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(["Fn", "Named"]);
});

test("a resource whose condition does not hold is not there", () => {
  const topics = resourcesOfType(load(), "AWS::SNS::Topic");
  expect(topics.map(({ logicalId }) => logicalId)).toEqual(["Present"]);
});

test("outputs are resolved", () => {
  const stack = load({
    ...TEMPLATE,
    Outputs: { Name: { Value: { Ref: "Table" } }, Count: { Value: 2 } },
  });
  expect([...stack.outputs]).toEqual([
    ["Name", "Tenants-Table"],
    ["Count", "2"],
  ]);
});

describe("resolves", () => {
  test.each<[name: string, value: unknown, expected: unknown]>([
    ["pseudo parameters", { Ref: "AWS::Partition" }, "aws"],
    [
      "a parameter's default",
      { Ref: "BootstrapVersion" },
      "/cdk-bootstrap/hnb659fds/version",
    ],
    ["a function's name", { Ref: "Fn" }, "Tenants-Fn"],
    ["a function's own name", { Ref: "Named" }, "Tenants-named"],
    [
      "a function's ARN",
      { "Fn::GetAtt": ["Named", "Arn"] },
      `${LAMBDA_ARN}:Tenants-named`,
    ],
    [
      "an alias, by its ARN",
      { Ref: "Alias" },
      `${LAMBDA_ARN}:Tenants-named:live`,
    ],
    [
      "a version, by its ARN",
      { Ref: "Version" },
      `${LAMBDA_ARN}:Tenants-named:1`,
    ],
    ["a version's number", { "Fn::GetAtt": ["Version", "Version"] }, "1"],
    ["a dotted GetAtt", { "Fn::GetAtt": "Fn.Arn" }, `${LAMBDA_ARN}:Tenants-Fn`],
    [
      "a table's stream",
      { "Fn::GetAtt": ["Table", "StreamArn"] },
      "arn:aws:dynamodb:eu-central-1:123456789012:table/Tenants-Table/stream/2026-01-01T00:00:00.000",
    ],
    [
      "Fn::Join",
      { "Fn::Join": ["-", ["a", { Ref: "AWS::Region" }, 1]] },
      "a-eu-central-1-1",
    ],
    [
      "Fn::Split and Fn::Select",
      {
        "Fn::Select": [
          "1",
          { "Fn::Split": [":", { "Fn::GetAtt": ["Fn", "Arn"] }] },
        ],
      },
      "aws",
    ],
    [
      "Fn::Sub with attributes",
      { "Fn::Sub": "<${Fn.Arn}|${Fn}|${!Literal}>" },
      `<${LAMBDA_ARN}:Tenants-Fn|Tenants-Fn|\${Literal}>`,
    ],
    [
      "Fn::Sub with variables",
      { "Fn::Sub": ["${a}${AWS::Region}", { a: { Ref: "Fn" } }] },
      "Tenants-Fneu-central-1",
    ],
    ["Fn::If, taken", { "Fn::If": ["InFrankfurt", "yes", "no"] }, "yes"],
    [
      "Fn::If, not taken",
      { "Fn::If": ["Both", "yes", { Ref: "Fn" }] },
      "Tenants-Fn",
    ],
    ["AWS::NoValue in a list", ["a", { Ref: "AWS::NoValue" }], ["a"]],
    [
      "AWS::NoValue in an object",
      { a: { Ref: "AWS::NoValue" }, b: 1 },
      { b: 1 },
    ],
    [
      "functions inside lists and objects",
      [{ a: { b: { Ref: "Fn" } } }],
      [{ a: { b: "Tenants-Fn" } }],
    ],
    [
      "a policy condition as an ordinary object",
      { Condition: { StringEquals: { a: { Ref: "Fn" } } } },
      { Condition: { StringEquals: { a: "Tenants-Fn" } } },
    ],
    ["plain values", [1, true, null, "x"], [1, true, null, "x"]],
  ])("%s", (_, value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test("an API's id to ten lower-case letters and digits, root resource apart", () => {
    const [id, root] = resolve([
      { Ref: "Api" },
      { "Fn::GetAtt": ["Api", "RootResourceId"] },
    ]) as [string, string];
    expect([id, root]).toEqual([
      expect.stringMatching(/^[a-z0-9]{10}$/),
      expect.stringMatching(/^[a-z0-9]{10}$/),
    ]);
    expect(id).not.toBe(root);
    expect(resolve({ Ref: "Api" })).toBe(id);
  });

  test("what the caller gave before what it would derive", () => {
    const resourceAttributes = {
      Table: { Ref: "local-table", StreamArn: "arn:x" },
      NoDefault: { Ref: "given" },
    };
    expect(
      resolve(
        [
          { Ref: "Table" },
          { "Fn::GetAtt": ["Table", "StreamArn"] },
          { Ref: "NoDefault" },
        ],
        { resourceAttributes },
      ),
    ).toEqual(["local-table", "arn:x", "given"]);
  });
});

describe("refuses, naming place and function,", () => {
  test.each<[name: string, value: unknown, message: string]>([
    [
      "an unknown function",
      { "Fn::ImportValue": "x" },
      "cannot resolve Fn::ImportValue in Probe: it is not a function we resolve",
    ],
    [
      "a reference to nothing",
      { Ref: "Nobody" },
      "cannot resolve Ref Nobody in Probe: it names no resource of the template",
    ],
    [
      "an unknown attribute",
      { "Fn::GetAtt": ["Fn", "SnapStart"] },
      "cannot resolve Fn::GetAtt Fn.SnapStart in Probe: it is not known for AWS::Lambda::Function",
    ],
    [
      "a parameter without default",
      { Ref: "NoDefault" },
      "cannot resolve Ref NoDefault in Probe: it is a parameter without a default",
    ],
    [
      "an index out of range",
      { "Fn::Select": [2, ["a"]] },
      "cannot resolve Fn::Select in Probe: it has no item at that index",
    ],
    [
      "an unknown condition",
      { "Fn::If": ["Nope", 1, 2] },
      "cannot resolve Condition Nope in Probe: it is not in the template",
    ],
    [
      "a circular condition",
      { "Fn::If": ["Circular", 1, 2] },
      "cannot resolve Condition Circular in Probe: it refers to itself",
    ],
    [
      "a list where text belongs",
      { "Fn::Sub": "${AWS::NotificationARNs}" },
      "cannot resolve Fn::Sub ${AWS::NotificationARNs} in Probe: it needs text where it has something else",
    ],
  ])("%s", (_, value, message) => {
    expect(() => resolve(value)).toThrow(new Error(message));
  });

  test("an assembly with two stacks and no choice", () => {
    expect(() => load(TEMPLATE, {}, ["Tenants", "Other"])).toThrow(
      /expected one stack in .*, found: Tenants, Other/,
    );
  });
});

test("one of several stacks is loaded by name", () => {
  const stack = load(TEMPLATE, { stackName: "Other" }, ["Tenants", "Other"]);
  expect(stack.name).toBe("Other");
});

test.each([
  ["aws://unknown-account/unknown-region", OPTIONS.account, OPTIONS.region],
  ["aws://210987654321/us-east-2", "210987654321", "us-east-2"],
  ["aws://unknown-account/us-east-2", OPTIONS.account, "us-east-2"],
])(
  "a stack of %s is in account %s and region %s",
  (environment, account, region) => {
    const stack = load(TEMPLATE, {}, ["Tenants"], environment);
    expect([stack.account, stack.region]).toEqual([account, region]);
  },
);

describe("a function's ARN", () => {
  test.each([
    ["plain", `${LAMBDA_ARN}:Tenants-Fn`, "Fn"],
    ["with an alias", `${LAMBDA_ARN}:Tenants-named:live`, "Named"],
  ])("leads back to its resource: %s", (_, arn, logicalId) => {
    expect(findFunctionByArn(load(), arn)?.logicalId).toBe(logicalId);
  });

  test.each([
    `${LAMBDA_ARN}:Tenants-Other`,
    "arn:aws:sns:eu-central-1:123456789012:function:Tenants-Fn",
    "Tenants-Fn",
    "",
  ])("leads nowhere: %j", (arn) => {
    expect(findFunctionByArn(load(), arn)).toBeUndefined();
  });
});

test("names and attributes are the same after loading as in the template", () => {
  const stack = load();
  expect(nameOfResource(resourceOf(stack, "Named"), stack)).toBe(
    "Tenants-named",
  );
  expect(attributeOf(resourceOf(stack, "Fn"), "Arn", stack)).toBe(
    `${LAMBDA_ARN}:Tenants-Fn`,
  );
  expect(attributeOf(resourceOf(stack, "Api"), "Ref", stack)).toBe(
    resolve({ Ref: "Api" }),
  );
});

test("a derived function name keeps within Lambda's 64 characters, its unique end included", () => {
  const long = `Fn${"x".repeat(80)}A1B2C3D4`;
  const stack = load({
    Resources: { [long]: { Type: "AWS::Lambda::Function" } },
  });
  const name = nameOfResource(resourceOf(stack, long), stack);
  expect(name).toHaveLength(64);
  expect(name).toMatch(/A1B2C3D4$/);
});
