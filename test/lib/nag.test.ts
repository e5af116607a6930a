/** The AwsSolutions checks of cdk-nag over every variant of the stack: what they find is mended, or said why not. */
import { Stack, Validations } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import type { IConstruct } from "constructs";
import { describe, expect, test } from "vitest";
import { TenantApiStack } from "../../lib/tenant-api-stack.ts";
import { STACK_VARIANTS } from "./stack-variants.ts";
import { createApp, VALID_PROPS } from "./synthesize.ts";

/** Each unacknowledged finding, errors and warnings alike, as "rule: path". */
function findingsIn(
  scope: IConstruct,
  checks = new AwsSolutionsChecks(),
): readonly string[] {
  const { violations } = checks.validateScope(scope);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(
      ({ constructPath = "" }) => `${ruleName}: ${constructPath}`,
    ),
  );
}

/** The same checks, blind to what is acknowledged. */
function checkRegardless(): AwsSolutionsChecks {
  const checks = new AwsSolutionsChecks();
  if (!("isAcknowledged" in checks)) throw new Error("cdk-nag has changed");
  Object.assign(checks, { isAcknowledged: () => false });
  return checks;
}

interface Acknowledged {
  readonly path: string;
  readonly reasons: Readonly<Record<string, string>>;
}

function acknowledgedIn(scope: IConstruct): readonly Acknowledged[] {
  return scope.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(
        ({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY,
      )
      .map(({ data }) => ({
        path: construct.node.path,
        reasons: data as Readonly<Record<string, string>>,
      })),
  );
}

/** Its ARNs have the region's and the partition's names, where those of other stacks have references. */
const IN_A_KNOWN_REGION = {
  name: "plans in a region that is known",
  build: () =>
    new TenantApiStack(createApp(), "TenantApi", {
      ...VALID_PROPS,
      env: { account: "123456789012", region: "eu-central-1" },
      plans: { free: { rateLimit: 10, burstLimit: 20 } },
      kmsKeyArn: true,
    }),
};

describe.each([...STACK_VARIANTS, IN_A_KNOWN_REGION])(
  "the stack with $name",
  ({ build }) => {
    const stack = build();

    test("has no finding that is not acknowledged", () => {
      expect(findingsIn(stack)).toEqual([]);
    });

    test("acknowledges beside the resource, never for the whole stack, and says why", () => {
      const acknowledged = acknowledgedIn(stack);
      expect(acknowledged.length).toBeGreaterThan(0);
      for (const { path, reasons } of acknowledged) {
        expect(path.split("/").length).toBeGreaterThan(2);
        for (const reason of Object.values(reasons)) {
          expect(reason.length).toBeGreaterThan(40);
        }
      }
    });

    test("acknowledges nothing that would not be found", () => {
      const acknowledged = acknowledgedIn(stack);
      const rules = acknowledged.flatMap(({ path, reasons }) =>
        Object.keys(reasons).map(
          (id) => `${id.replace(/^Annotation::/i, "")}: ${path}`,
        ),
      );
      const found = findingsIn(stack, checkRegardless());
      const idle = rules.filter((rule) => {
        const [id = "", path = ""] = rule.split(": ");
        return !found.some((finding) => finding.startsWith(`${id}: ${path}`));
      });
      expect(idle).toEqual([]);
    });
  },
);

describe("a resource that is planted is found:", () => {
  test.each([
    {
      name: "a role that may read every table",
      rule: "AwsSolutions-IAM5[Resource::*]",
      plant: (stack: Stack) => {
        const role = new iam.Role(stack, "Planted", {
          assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
        });
        role.addToPolicy(
          new iam.PolicyStatement({
            actions: ["dynamodb:GetItem"],
            resources: ["*"],
          }),
        );
      },
    },
    {
      name: "a queue that takes requests in clear",
      rule: "AwsSolutions-SQS4",
      plant: (stack: Stack) => {
        new sqs.Queue(stack, "Planted");
      },
    },
  ])("$name", ({ rule, plant }) => {
    const [first] = STACK_VARIANTS;
    const stack = first?.build() ?? new Stack(createApp());
    plant(stack);
    expect(findingsIn(stack).join("\n")).toContain(
      `${rule}: TenantApi/Planted`,
    );
  });
});
