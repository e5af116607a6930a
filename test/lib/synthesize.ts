/** Synthesizes in memory, without bundling: template facts do not need the functions' code. */
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import cdkJson from "../../cdk.json" with { type: "json" };
import {
  TenantApiStack,
  type TenantApiStackProps,
} from "../../lib/tenant-api-stack.ts";

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: unknown;
}

export const VALID_PROPS = {
  issuers: ["https://acme.eu.auth0.com/"],
  audiences: ["https://api.acme.com"],
} as const satisfies TenantApiStackProps;

export function createApp(): App {
  return new App({
    context: { ...cdkJson.context, "aws:cdk:bundling-stacks": [] },
    analyticsReporting: false,
  });
}

export function synthesizeTenantApi(
  props: Partial<TenantApiStackProps> = {},
): SynthesizedTemplate {
  return synthesize(
    new TenantApiStack(createApp(), "TenantApi", { ...VALID_PROPS, ...props }),
  );
}

export type SynthesizedTemplate = ReturnType<typeof synthesize>;

export function synthesize(stack: Stack) {
  const template = Template.fromStack(stack);
  const json = template.toJSON() as {
    readonly Resources: Readonly<
      Record<
        string,
        {
          readonly Type: string;
          readonly Properties?: Readonly<Record<string, unknown>>;
          readonly DeletionPolicy?: unknown;
        }
      >
    >;
    readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  };
  const resources: readonly Resource[] = Object.entries(json.Resources).map(
    ([id, { Type, Properties, DeletionPolicy }]) => ({
      id,
      type: Type,
      properties: Properties ?? {},
      deletionPolicy: DeletionPolicy,
    }),
  );
  return {
    template,
    resources,
    outputs: json.Outputs ?? {},
    /** All resources of a type; an empty answer would make a claim about all of them worthless. */
    all: (type: string): readonly Resource[] => {
      const found = resources.filter((resource) => resource.type === type);
      if (found.length === 0) throw new Error(`no ${type} in the template`);
      return found;
    },
    /** The only resource of a type. */
    only: (type: string): Resource => {
      const [found, ...others] = resources.filter((r) => r.type === type);
      if (found === undefined || others.length > 0) {
        throw new Error(`expected one ${type}`);
      }
      return found;
    },
  };
}
