/** What a template's `Ref` and `Fn::GetAtt` stand for. */
import { isRecord, type JsonRecord } from "./json.ts";
import {
  findAttribute,
  NAME_PROPERTIES,
  ownName,
  type Deployment,
} from "./stack-identifiers.ts";
import type { ResourceAttributes } from "./stack.ts";

export interface ReferenceOptions {
  readonly template: JsonRecord;
  readonly deployment: Deployment;
  readonly resourceAttributes: ResourceAttributes;
}

export interface References {
  readonly ref: (name: string, where: string) => unknown;
  readonly getAttribute: (
    logicalId: string,
    attribute: string,
    where: string,
  ) => string;
}

/** `AWS::NoValue`: the property or list item that holds it disappears. */
export const NO_VALUE = Symbol("AWS::NoValue");

/** `resolveName` resolves a resource's own name, which may be made of intrinsic functions itself. */
export function createReferences(
  { template, deployment, resourceAttributes }: ReferenceOptions,
  resolveName: (value: unknown, logicalId: string) => unknown,
): References {
  const resources = templateSection(template, "Resources");
  const parameters = templateSection(template, "Parameters");
  const pseudoParameters: Readonly<Record<string, unknown>> = {
    "AWS::AccountId": deployment.account,
    "AWS::NoValue": NO_VALUE,
    "AWS::NotificationARNs": [],
    "AWS::Partition": deployment.partition,
    "AWS::Region": deployment.region,
    "AWS::StackId": `arn:${deployment.partition}:cloudformation:${deployment.region}:${deployment.account}:stack/${deployment.stackName}/local`,
    "AWS::StackName": deployment.stackName,
    "AWS::URLSuffix":
      deployment.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
  };

  return { ref, getAttribute };

  function ref(name: string, where: string): unknown {
    if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
    const override = resourceAttributes[name]?.["Ref"];
    if (override !== undefined) return override;
    const parameter = parameters[name];
    if (isRecord(parameter)) {
      if (parameter["Default"] === undefined) {
        throw unresolvable(
          `Ref ${name}`,
          where,
          "is a parameter without a default",
        );
      }
      return parameter["Default"];
    }
    return getAttribute(name, "Ref", where);
  }

  function getAttribute(
    logicalId: string,
    attribute: string,
    where: string,
  ): string {
    const what =
      attribute === "Ref"
        ? `Ref ${logicalId}`
        : `Fn::GetAtt ${logicalId}.${attribute}`;
    const override = resourceAttributes[logicalId]?.[attribute];
    if (override !== undefined) return override;
    const resource = resources[logicalId];
    if (!isRecord(resource) || typeof resource["Type"] !== "string") {
      throw unresolvable(what, where, "names no resource of the template");
    }
    const type = resource["Type"];
    const found = findAttribute(
      { logicalId, type, name: nameIn(logicalId, type, resource) },
      attribute,
      deployment,
    );
    if (found === undefined) {
      throw unresolvable(what, where, `is not known for ${type}`);
    }
    return found;
  }

  function nameIn(
    logicalId: string,
    type: string,
    resource: JsonRecord,
  ): string | undefined {
    const properties = resource["Properties"];
    if (!isRecord(properties)) return undefined;
    const parts = NAME_PROPERTIES[type] ?? [];
    return ownName(
      type,
      Object.fromEntries(
        parts.map((part) => [part, resolveName(properties[part], logicalId)]),
      ),
    );
  }
}

export function templateSection(
  template: JsonRecord,
  name: string,
): JsonRecord {
  const found = template[name];
  return isRecord(found) ? found : {};
}

/** So that a circle of names or conditions ends in words rather than in a stack overflow. */
export function createCircleGuard(): (
  what: string,
  where: string,
  work: () => unknown,
) => unknown {
  const underWay = new Set<string>();
  return guarded;

  function guarded(what: string, where: string, work: () => unknown): unknown {
    if (underWay.has(what)) throw unresolvable(what, where, "refers to itself");
    underWay.add(what);
    try {
      return work();
    } finally {
      underWay.delete(what);
    }
  }
}

export function unresolvable(what: string, where: string, why: string): Error {
  return new Error(`cannot resolve ${what} in ${where}: it ${why}`);
}
