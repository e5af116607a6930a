/** docs/permissions.md lists what each role may do; here it is held against every variant of the stack, row by row. */
import { readFileSync } from "node:fs";
import { CfnElement, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import * as iam from "aws-cdk-lib/aws-iam";
import { describe, expect, test } from "vitest";
import type { TenantApiStack } from "../../lib/tenant-api-stack.ts";
import { OWN_ARNS, STACK_VARIANTS } from "./stack-variants.ts";

interface Grant {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

interface DocumentedGrant extends Grant {
  readonly when: readonly string[];
  readonly why: string;
}

const DOCUMENTED: readonly DocumentedGrant[] = readFileSync(
  new URL("../../docs/permissions.md", import.meta.url),
  "utf8",
)
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => {
    const [, role = "", action = "", resource = "", condition = "", when, why] =
      line.split("|").map((cell) => cell.trim().replaceAll("`", ""));
    return {
      role,
      action,
      resource,
      condition,
      when: (when ?? "").split(", "),
      why: why ?? "",
    };
  });

const textOf = ({ role, action, resource, condition }: Grant): string =>
  [role, action, resource, condition].join(" | ");

type Properties = Readonly<Record<string, unknown>>;

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Properties>>;
}

/** What every role of a stack is granted, by policies attached, inline or managed. */
function grantsOf(stack: TenantApiStack): readonly Grant[] {
  const { Resources: resources } = Template.fromStack(stack).toJSON() as {
    readonly Resources: Readonly<
      Record<string, { readonly Type: string; readonly Properties: Properties }>
    >;
  };
  const paths = pathsOf(stack);
  const render = (value: unknown) =>
    // Of a stack whose region is known, as of one that is deployed anywhere. Another region's would stay as it is.
    renderText(value, paths)
      .replaceAll(/(?<=[:.])eu-central-1(?=[:.])/g, "${AWS::Region}")
      .replace(/^arn:aws:/, "arn:${AWS::Partition}:");
  const roleAt = (id: string) => (paths.get(id) ?? id).replace(/\/Role$/, "");

  return Object.entries(resources).flatMap(
    ([id, { Type: type, Properties: properties }]): readonly Grant[] => {
      if (type === "AWS::IAM::Role") {
        const { ManagedPolicyArns: managed = [], Policies: inline = [] } =
          properties as {
            ManagedPolicyArns?: readonly unknown[];
            Policies?: readonly { readonly PolicyDocument: unknown }[];
          };
        return [
          ...managed.map((arn) => ({
            role: roleAt(id),
            action: "managed policy",
            resource: render(arn),
            condition: "",
          })),
          ...inline.flatMap(({ PolicyDocument: document }) =>
            readDocument(roleAt(id), document, render),
          ),
        ];
      }
      if (type === "AWS::IAM::Policy") {
        const { Roles: roles, PolicyDocument: document } = properties as {
          Roles: readonly { readonly Ref: string }[];
          PolicyDocument: unknown;
        };
        return roles.flatMap(({ Ref: role }) =>
          readDocument(roleAt(role), document, render),
        );
      }
      if (/Polic(?:y|ies)$/.test(type) && type.startsWith("AWS::IAM::")) {
        throw new Error(`${id}: a ${type} is not read by this test`);
      }
      return [];
    },
  );
}

function readDocument(
  role: string,
  document: unknown,
  render: (value: unknown) => string,
): readonly Grant[] {
  const { Statement: statements } = document as {
    readonly Statement: readonly Statement[];
  };
  return statements.flatMap((statement) => {
    const { Effect: effect, Condition: condition = {} } = statement;
    if (effect !== "Allow") throw new Error(`${role}: ${effect} is not read`);
    return [statement.Action].flat().flatMap((action) =>
      [statement.Resource].flat().map((resource) => ({
        role,
        action,
        resource: render(resource),
        condition: Object.entries(condition)
          .flatMap(([operator, keys]) =>
            Object.entries(keys).map(
              ([key, value]) => `${key} ${operator} ${render(value)}`,
            ),
          )
          .join(" and "),
      })),
    );
  });
}

/** Logical id → the construct that its author knows. */
function pathsOf(stack: Stack): ReadonlyMap<string, string> {
  return new Map(
    stack.node
      .findAll()
      .filter((construct) => CfnElement.isCfnElement(construct))
      .map((element) => [
        stack.resolve(element.logicalId) as string,
        element.node.path
          .replace(`${stack.node.path}/`, "")
          .replace(/\/Resource$/, ""),
      ]),
  );
}

/** As CloudFormation's Sub writes it, with the paths of constructs for logical ids. */
function renderText(
  value: unknown,
  paths: ReadonlyMap<string, string>,
): string {
  if (typeof value === "string") return OWN_ARNS[value] ?? value;
  if (Array.isArray(value)) {
    return value.map((item) => renderText(item, paths)).join(" or ");
  }
  const {
    Ref: ref,
    "Fn::GetAtt": attribute,
    "Fn::Join": join,
  } = value as {
    Ref?: string;
    "Fn::GetAtt"?: readonly [string, string];
    "Fn::Join"?: readonly [string, readonly unknown[]];
  };
  if (ref !== undefined) return `\${${paths.get(ref) ?? ref}}`;
  if (attribute !== undefined) {
    const [id, name] = attribute;
    return `\${${paths.get(id) ?? id}.${name}}`;
  }
  if (join === undefined) {
    throw new Error(`cannot read ${JSON.stringify(value)}`);
  }
  const [separator, parts] = join;
  return parts.map((part) => renderText(part, paths)).join(separator);
}

describe.each(STACK_VARIANTS)(
  "the roles of the stack with $name",
  ({ build, circumstances }) => {
    test("may do what docs/permissions.md says, and nothing else", () => {
      const known: readonly string[] = circumstances;
      const documented = DOCUMENTED.filter(({ when }) =>
        when.every((word) => word === "always" || known.includes(word)),
      );
      expect(grantsOf(build()).map(textOf).sort()).toEqual(
        documented.map(textOf).sort(),
      );
    });
  },
);

test("a grant that is planted is seen", () => {
  const [plain] = STACK_VARIANTS;
  const stack = plain?.build();
  const role = stack?.tenantAuthorizer.function.role;
  role?.addToPrincipalPolicy(
    new iam.PolicyStatement({ actions: ["dynamodb:Scan"], resources: ["*"] }),
  );
  const documented = new Set(DOCUMENTED.map(textOf));
  const unknown =
    stack && grantsOf(stack).filter((grant) => !documented.has(textOf(grant)));
  expect(unknown).toEqual([
    {
      role: "TenantAuthorizer/Authorizer",
      action: "dynamodb:Scan",
      resource: "*",
      condition: "",
    },
  ]);
});

describe("docs/permissions.md", () => {
  test("has no row that no variant of the stack needs", () => {
    const held = STACK_VARIANTS.map(
      ({ circumstances }) => new Set<string>(["always", ...circumstances]),
    );
    const idle = DOCUMENTED.filter(
      ({ when }) =>
        !held.some((words) => when.every((word) => words.has(word))),
    );
    expect(idle).toEqual([]);
  });

  test("gives a reason for every row, and a longer one where the resource is *", () => {
    expect(DOCUMENTED.length).toBeGreaterThan(10);
    for (const grant of DOCUMENTED) {
      expect([textOf(grant), grant.why.length]).toEqual([
        textOf(grant),
        expect.toSatisfy(
          (length: number) => length > (grant.resource === "*" ? 40 : 10),
        ),
      ]);
    }
  });

  test("has no * in an action", () => {
    expect(DOCUMENTED.filter(({ action }) => action.includes("*"))).toEqual([]);
  });
});
