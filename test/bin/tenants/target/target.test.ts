/** Where the command finds table, API and function, and what it says when it cannot. */
import {
  CreateTableCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AUTHORIZER_ENV } from "../../../../bin/tenants/target/authorizer-settings.ts";
import type { World } from "../../../../bin/tenants/world.ts";
import { ENV } from "../../../../lambda/authorizer/env-names.ts";
import { item, startTestTable, type TestTable } from "../support/test-table.ts";
import { run, stubClient } from "../support/test-world.ts";

let table: TestTable;
beforeAll(async () => {
  table = await startTestTable();
  await table.put([
    item("k1", {
      issuer: { S: "https://other.test/" },
      plan: { S: "gold" },
      routes: { SS: ["GET /gone/*"] },
    }),
  ]);
});
afterAll(async () => {
  await table.close();
});

const STACK_ID =
  "arn:aws-cn:cloudformation:cn-north-1:210987654321:stack/TenantApi/abc";

const environment = (more: object = {}) => ({
  [ENV.issuers]: "https://issuer.test/,https://second.test/",
  [ENV.audiences]: "https://api.test",
  [ENV.tenantTable]: { Ref: "Table" },
  [ENV.tenantClaim]: "azp",
  ...more,
});

const templateOf = (variables: object) =>
  JSON.stringify({
    Resources: {
      Other: {
        Type: "AWS::Lambda::Function",
        Properties: { Environment: { Variables: { [ENV.tenantTable]: "x" } } },
      },
      Authorizer: {
        Type: "AWS::Lambda::Function",
        Properties: { Environment: { Variables: variables } },
      },
    },
  });

const RESOURCES = [
  {
    LogicalResourceId: "Table",
    PhysicalResourceId: "tenants",
    ResourceType: "AWS::DynamoDB::GlobalTable",
  },
  {
    LogicalResourceId: "Other",
    PhysicalResourceId: "others",
    ResourceType: "AWS::DynamoDB::GlobalTable",
  },
  {
    LogicalResourceId: "Api",
    PhysicalResourceId: "api123",
    ResourceType: "AWS::ApiGateway::RestApi",
  },
];
const STAGE = {
  LogicalResourceId: "Stage",
  PhysicalResourceId: "live",
  ResourceType: "AWS::ApiGateway::Stage",
};

function stack(more: Readonly<Record<string, () => unknown>> = {}) {
  const { client, asked } = stubClient({
    DescribeStacksCommand: () => ({
      Stacks: [{ StackId: STACK_ID, Outputs: [] }],
    }),
    ListStackResourcesCommand: (input: { NextToken?: string }) =>
      input.NextToken === undefined
        ? { StackResourceSummaries: RESOURCES, NextToken: "2" }
        : { StackResourceSummaries: [STAGE] },
    GetTemplateCommand: () => ({ TemplateBody: templateOf(environment()) }),
    GetResourcesCommand: (input: { position?: string }) =>
      input.position === undefined
        ? {
            items: [{ path: "/", resourceMethods: { GET: {} } }],
            position: "2",
          }
        : {
            items: [
              { path: "/here", resourceMethods: { ANY: {}, OPTIONS: {} } },
              { path: "/empty" },
            ],
          },
    GetUsagePlansCommand: () => ({
      items: [
        { name: "silver", apiStages: [{ apiId: "api123", stage: "live" }] },
        { name: "gold", apiStages: [{ apiId: "other", stage: "live" }] },
      ],
    }),
    ...more,
  });
  const options: unknown[] = [];
  const keep = (given: unknown) => {
    options.push(given);
    return client;
  };
  const aws: World["aws"] = {
    dynamoDb: (given) => {
      options.push(given);
      return table.client;
    },
    cloudFormation: keep,
    apiGateway: keep,
  };
  return { world: { aws }, asked, options };
}

test("the names of the environment variables are the function's own", () => {
  expect(ENV).toMatchObject(AUTHORIZER_ENV);
});

describe("of a stack", () => {
  test("table, API and stage are found among its resources, and the issuers in its template", async () => {
    const { world, asked } = stack();
    const { stdout } = await run("check --json", world);
    const kinds = (
      JSON.parse(stdout) as { findings: { kind: string }[] }
    ).findings.map(({ kind }) => kind);
    expect(kinds).toEqual([
      "issuer_unknown",
      "plan_unknown",
      "route_unreachable",
    ]);
    expect(asked).toContainEqual({
      name: "GetResourcesCommand",
      input: { restApiId: "api123", limit: 500, position: undefined },
    });
    const policy = await run("policy k1 --json", world);
    expect(policy.json()).toMatchObject({
      stageArn: "arn:aws-cn:execute-api:cn-north-1:210987654321:api123/live",
    });
  });

  test("the default is TenantApi, --stack names another, --region and --profile go to every client", async () => {
    const byDefault = stack();
    await run("list", byDefault.world);
    expect(byDefault.asked[0]?.input).toEqual({ StackName: "TenantApi" });
    const named = stack();
    await run("list --stack mine --region eu-west-1 --profile p", named.world);
    expect(named.asked[0]?.input).toEqual({ StackName: "mine" });
    expect(named.options).toEqual(
      Array(3).fill({ region: "eu-west-1", profile: "p" }),
    );
  });

  test("its outputs come before its resources", async () => {
    const { world } = stack({
      DescribeStacksCommand: () => ({
        Stacks: [
          {
            StackId: STACK_ID,
            Outputs: [{ OutputKey: "TenantTableName", OutputValue: "nowhere" }],
          },
        ],
      }),
    });
    expect((await run("list", world)).stderr).toContain("no table nowhere");
  });

  test.each([
    { name: "no stage", resources: RESOURCES, says: "has no stage" },
    {
      name: "two APIs",
      resources: [
        ...RESOURCES,
        STAGE,
        { ...RESOURCES[2], PhysicalResourceId: "api456" },
      ],
      says: "more than one REST API: api123, api456",
    },
  ])("with $name is not guessed at", async ({ resources, says }) => {
    const { world } = stack({
      ListStackResourcesCommand: () => ({ StackResourceSummaries: resources }),
    });
    const { exitCode, stderr } = await run("list", world);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(says);
  });

  test("settings that are parameters are unknown, and that is said", async () => {
    const { world } = stack({
      GetTemplateCommand: () => ({
        TemplateBody: templateOf(
          environment({ [ENV.issuers]: { Ref: "Issuers" } }),
        ),
      }),
    });
    const { stderr, exitCode } = await run("list", world);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("not known: the issuers");
  });

  test("whose function looks up another claim is refused", async () => {
    const { world } = stack({
      GetTemplateCommand: () => ({
        TemplateBody: templateOf(environment({ [ENV.tenantClaim]: "org_id" })),
      }),
    });
    const { exitCode, stderr } = await run("list", world);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      "keyed by azp, but the deployed function looks up org_id",
    );
  });
});

describe("of a table alone", () => {
  test("no stack is asked, and what is unknown is said", async () => {
    const { world, asked } = stack();
    const { exitCode, stderr } = await run("get k1 --table tenants", world);
    expect(exitCode).toBe(0);
    expect(asked).toEqual([]);
    expect(stderr).toContain("not known: the stage");
    expect(stderr).toContain("not known: the default routes");
  });

  test("the API is asked when --stage-arn names it", async () => {
    const { world, asked, options } = stack();
    const arn = "arn:aws:execute-api:eu-west-1:123456789012:api123/live";
    const { stdout } = await run(
      `check --table tenants --stage-arn ${arn} --json`,
      world,
    );
    expect(stdout).toContain("route_unreachable");
    expect(asked.map(({ name }) => name)).toContain("GetResourcesCommand");
    expect(options).toContainEqual({ region: "eu-west-1" });
  });

  test("a --stage-arn that is none is a matter of usage", async () => {
    const { world } = stack();
    expect(
      (await run("list --table tenants --stage-arn arn:x", world)).exitCode,
    ).toBe(2);
  });

  test.each([
    {
      name: "two keys",
      keys: [
        ["azp", "HASH"],
        ["sk", "RANGE"],
      ],
    },
    { name: "a key that is no claim", keys: [["id", "HASH"]] },
  ] as const)("with $name is no tenant table", async ({ keys }) => {
    const name = `other-${keys.length}`;
    await table.client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: keys.map(([AttributeName, KeyType]) => ({
          AttributeName,
          KeyType,
        })),
        AttributeDefinitions: keys.map(([AttributeName]) => ({
          AttributeName,
          AttributeType: "S",
        })),
      }),
    );
    const { exitCode, stderr } = await run(
      `list --table ${name}`,
      stack().world,
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain("does not hold tenant records");
  });
});

describe("when AWS says no", () => {
  const named = (name: string, message = "no") =>
    Object.assign(new Error(message), { name });

  test.each([
    { error: named("CredentialsProviderError"), says: "no AWS credentials" },
    {
      error: named("ExpiredTokenException"),
      says: "does not accept these credentials",
    },
    {
      error: named(
        "AccessDeniedException",
        "User x is not authorized to perform: dynamodb:Scan",
      ),
      says: "not authorized to perform: dynamodb:Scan",
    },
    { error: named("ThrottlingException"), says: "throttles" },
    {
      error: named("ProvisionedThroughputExceededException"),
      says: "throttles",
    },
    { error: named("Error", "Region is missing"), says: "no AWS region" },
    {
      error: Object.assign(new Error("x"), { code: "ENOTFOUND" }),
      says: "no connection (ENOTFOUND)",
    },
    { error: named("SomethingNew", "odd"), says: "SomethingNew: odd" },
    {
      error: new ResourceNotFoundException({ message: "x", $metadata: {} }),
      says: "there is no table tenants",
    },
  ])("$says", async ({ error, says }) => {
    const send = () => Promise.reject(error);
    const world = {
      aws: { dynamoDb: () => ({ send }) } as unknown as World["aws"],
    };
    const { exitCode, stderr, stdout } = await run(
      "list --table tenants",
      world,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain(says);
  });

  test("that there is no such stack", async () => {
    const { world } = stack({
      DescribeStacksCommand: () => {
        throw named(
          "ValidationError",
          "Stack with id TenantApi does not exist",
        );
      },
    });
    const { exitCode, stderr } = await run("list", world);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("there is no stack TenantApi");
  });

  test("to a look at the API, check does without and says so", async () => {
    const { world } = stack({
      GetResourcesCommand: () => {
        throw named("AccessDeniedException", "not apigateway:GET");
      },
    });
    const { stdout, stderr } = await run("check", world);
    expect(stderr).toContain("not checked: routes against the API");
    expect(stdout).toContain("plan_unknown");
  });

  test("machines read it as JSON", async () => {
    const send = () => Promise.reject(named("ThrottlingException"));
    const world = {
      aws: { dynamoDb: () => ({ send }) } as unknown as World["aws"],
    };
    const { stderr } = await run("list --table tenants --json", world);
    const [last = ""] = stderr.trimEnd().split("\n").slice(-1);
    expect(JSON.parse(last)).toMatchObject({ error: { code: "throttled" } });
  });
});

describe("of the local run", () => {
  test("that is not started", async () => {
    const { exitCode, stderr } = await run(
      `list --endpoints ${join(table.directory, "none.json")}`,
    );
    expect(exitCode).toBe(3);
    expect(stderr).toContain("start it with npm start");
  });

  test.each([
    { name: "half a file", text: '{"gateway":' },
    { name: "another file", text: "[]" },
    { name: "one without a table", text: "{}" },
  ])("$name does not describe one", async ({ text }) => {
    const file = join(table.directory, "bad.json");
    await writeFile(file, text);
    const { exitCode, stderr } = await run(`list --endpoints ${file}`);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("does not describe a local run");
  });

  test("that has ended without taking its file along", async () => {
    const gone = await startTestTable();
    const file = join(table.directory, "stale.json");
    await writeFile(
      file,
      JSON.stringify({
        gateway: "x",
        issuer: "x",
        oauthToken: "x",
        audience: "x",
        tableName: "tenants",
        dynamodb: gone.endpoint,
      }),
    );
    await gone.close();
    const { exitCode, stderr } = await run(`list --endpoints ${file}`);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("table does not answer");
  });

  test("and a stack cannot both be meant", async () => {
    expect((await run("list --local --stack x")).exitCode).toBe(2);
  });
});
