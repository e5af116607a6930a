/** The usage plans and API keys of the template, and whether a request is within them. */
import {
  findString,
  getString,
  propertiesOf,
} from "../gateway/template-properties.ts";
import { attributeOf } from "../stack-identifiers.ts";
import { resourcesOfType, type SynthesizedStack } from "../stack.ts";
import { type ApiKeyStore, createApiKeyStore } from "./api-keys.ts";
import {
  createMeter,
  type Metered,
  parseUsagePlan,
  type UsagePlan,
} from "./usage-plan.ts";

export interface UsagePlans {
  readonly plans: readonly UsagePlan[];
  readonly keys: ApiKeyStore;
  /** Counts a request to a stage by the value of its key. */
  readonly admit: (
    stage: { readonly apiId: string; readonly stageName: string },
    keyValue: string | undefined,
  ) => Metered | "invalid_key";
}

export function createUsagePlans(
  stack: SynthesizedStack,
  now: () => number,
): UsagePlans {
  const plans = new Map(
    resourcesOfType(stack, "AWS::ApiGateway::UsagePlan").map((resource) => {
      const id = attributeOf(resource, "Ref", stack);
      return [id, parseUsagePlan(id, propertiesOf(resource))];
    }),
  );
  const keys = createApiKeyStore(plans);
  for (const resource of resourcesOfType(stack, "AWS::ApiGateway::ApiKey")) {
    const properties = propertiesOf(resource);
    keys.create(
      {
        name: findString(properties, "Name") ?? resource.logicalId,
        value: getString(properties, "Value"),
        description: findString(properties, "Description") ?? "",
        enabled: findString(properties, "Enabled") === "true",
        tags: {},
      },
      attributeOf(resource, "Ref", stack),
    );
  }
  const links = resourcesOfType(stack, "AWS::ApiGateway::UsagePlanKey");
  for (const properties of links.map(propertiesOf)) {
    keys.attach(
      getString(properties, "UsagePlanId"),
      getString(properties, "KeyId"),
    );
  }
  const meters = new Map<string, () => Metered>();

  return {
    plans: [...plans.values()],
    keys,
    admit({ apiId, stageName }, keyValue = "") {
      const plan = keys.findPlan(`${apiId}:${stageName}`, keyValue);
      if (plan === undefined) return "invalid_key";
      const name = `${plan.id} ${keyValue}`;
      const meter = meters.get(name) ?? createMeter(plan, now);
      meters.set(name, meter);
      return meter();
    },
  };
}
