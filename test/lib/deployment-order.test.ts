/** The order in which CloudFormation makes the resources: there must be one. An alias in front of an API invites a circle. */
import type { Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { STACK_VARIANTS } from "./stack-variants.ts";
import { synthesizeTenantApi, VALID_PROPS, createApp } from "./synthesize.ts";
import { TenantApiStack } from "../../lib/tenant-api-stack.ts";

/** Logical id → the ids that must be there before it. */
type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

interface ResourceText {
  readonly DependsOn?: string | readonly string[];
  readonly [attribute: string]: unknown;
}

type Resources = Readonly<Record<string, ResourceText>>;

function resourcesOf(stack: Stack): Resources {
  const { Resources: resources } = Template.fromStack(stack).toJSON() as {
    readonly Resources: Resources;
  };
  return resources;
}

/**
 * As CloudFormation reads them: DependsOn, and every Ref, GetAtt and Sub of the properties and of the policies beside
 * them. So an alias waits for the deployment group that its update policy names.
 */
function dependenciesOf(resources: Resources): Dependencies {
  return new Map(
    Object.entries(resources).map(([id, resource]) => [
      id,
      new Set(
        [
          ...[resource.DependsOn ?? []].flat(),
          ...referencesIn({
            properties: resource["Properties"],
            updatePolicy: resource["UpdatePolicy"],
            creationPolicy: resource["CreationPolicy"],
          }),
        ].filter((named) => Object.hasOwn(resources, named)),
      ),
    ]),
  );
}

function referencesIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (key === "Ref") return [String(inner)];
    if (key === "Fn::GetAtt") return [idBeforeDot([inner].flat()[0])];
    if (key === "Fn::Sub") {
      const [text, variables] = [inner].flat();
      const named = [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)];
      return [
        ...named.map(([, name]) => idBeforeDot(name)),
        ...referencesIn(variables),
      ];
    }
    return referencesIn(inner);
  });
}

function idBeforeDot(name: unknown): string {
  return String(name).split(".")[0] ?? "";
}

/** What is left when everything has been made that can be: a circle, and what waits for it. Empty when all can. */
function neverMade(dependencies: Dependencies): readonly string[] {
  const left = new Map(dependencies);
  for (;;) {
    const ready = [...left].filter(([, waitsFor]) =>
      [...waitsFor].every((id) => !left.has(id)),
    );
    if (ready.length === 0) return [...left.keys()].sort();
    for (const [id] of ready) left.delete(id);
  }
}

/** Everything that must be there before it, however far. */
function madeBefore(
  id: string,
  dependencies: Dependencies,
): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (next: string): void => {
    for (const named of dependencies.get(next) ?? []) {
      if (found.has(named)) continue;
      found.add(named);
      visit(named);
    }
  };
  visit(id);
  return found;
}

test.each([
  ...STACK_VARIANTS,
  {
    name: "plans and a canary",
    build: () =>
      new TenantApiStack(createApp(), "TenantApi", {
        ...VALID_PROPS,
        plans: { free: { rateLimit: 10, burstLimit: 20 } },
        canary: true,
      }),
  },
])("the stack with $name can be made in some order", ({ build }) => {
  expect(neverMade(dependenciesOf(resourcesOf(build())))).toEqual([]);
});

describe("a circle that is planted is seen:", () => {
  const build = () =>
    new TenantApiStack(createApp(), "TenantApi", {
      ...VALID_PROPS,
      canary: true,
    });

  test("a deployment that waits for an alarm about the stage", () => {
    const stack = build();
    const alarm = stack.monitoring?.stageAlarms[0];
    if (alarm === undefined) throw new Error("no alarm about the stage");
    stack.tenantAuthorizer.release?.deploymentGroup.addAlarm(alarm);
    const left = neverMade(dependenciesOf(resourcesOf(stack))).join(" ");
    expect(left).toMatch(/Alias/);
    expect(left).toMatch(/DeploymentStage/);
  });

  test("one through an attribute, one through DependsOn, one through a Sub", () => {
    const circleOf = (a: ResourceText): readonly string[] =>
      neverMade(
        dependenciesOf({
          A: a,
          B: { Properties: { Name: { Ref: "A" } } },
          C: {},
        }),
      );
    expect(circleOf({ Properties: {} })).toEqual([]);
    expect(circleOf({ DependsOn: ["C"] })).toEqual([]);
    expect(circleOf({ DependsOn: "B" })).toEqual(["A", "B"]);
    expect(circleOf({ Properties: [{ "Fn::GetAtt": ["B", "Arn"] }] })).toEqual([
      "A",
      "B",
    ]);
    expect(circleOf({ Properties: { "Fn::Sub": "x:${B.Arn}" } })).toEqual([
      "A",
      "B",
    ]);
    expect(circleOf({ UpdatePolicy: { Ref: "B" } })).toEqual(["A", "B"]);
  });
});

describe("with a canary", () => {
  const stack = new TenantApiStack(createApp(), "TenantApi", {
    ...VALID_PROPS,
    canary: true,
  });
  const resources = resourcesOf(stack);
  const dependencies = dependenciesOf(resources);
  const only = (type: string): string => {
    const [id, ...others] = Object.keys(resources).filter(
      (name) => resources[name]?.["Type"] === type,
    );
    if (id === undefined || others.length > 0)
      throw new Error(`not one ${type}`);
    return id;
  };

  test("the stage is made when the alias may be called, and the alias when its deployments have their alarms", () => {
    const permission = Object.keys(resources).find(
      (id) =>
        resources[id]?.["Type"] === "AWS::Lambda::Permission" &&
        [...(dependencies.get(id) ?? [])].includes(only("AWS::Lambda::Alias")),
    );
    const beforeStage = madeBefore(
      only("AWS::ApiGateway::Stage"),
      dependencies,
    );
    expect(beforeStage).toContain(permission);
    const beforeAlias = madeBefore(only("AWS::Lambda::Alias"), dependencies);
    expect(beforeAlias).toContain(only("AWS::CodeDeploy::DeploymentGroup"));
    const alarms =
      stack.tenantAuthorizer.release?.monitoring.releaseAlarms ?? [];
    expect(alarms).toHaveLength(4);
    for (const alarm of alarms) {
      const { node } = alarm;
      expect(beforeAlias).toContain(
        stack.getLogicalId(node.defaultChild as never),
      );
    }
  });
});

test("without a canary there is neither alias, version nor deployment", () => {
  const { resources } = synthesizeTenantApi();
  expect(
    resources.filter(({ type }) =>
      /Lambda::(?:Alias|Version)|CodeDeploy/.test(type),
    ),
  ).toEqual([]);
});
