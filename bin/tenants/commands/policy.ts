import { Option } from "commander";
import {
  compileRoutes,
  MAX_POLICY_BYTES,
  MAX_RESOURCE_LENGTH,
  type PolicyDocument,
} from "../../../lambda/core/policy.ts";
import { formatStageArn } from "../../../lambda/core/method-arn.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { EXIT } from "../exit-codes.ts";
import { findRows } from "../records/find-rows.ts";
import { readRows } from "../records/read-rows.ts";
import { type Row, tenantIdOf } from "../records/row.ts";
import type { Target } from "../target/target.ts";
import { formatTable } from "../text-table.ts";
import { byOption, type NameOptions } from "./name-options.ts";

interface PolicyOptions extends NameOptions {
  readonly scopes?: readonly string[];
}

interface DescribedPolicy {
  readonly tenantId: string;
  readonly key: string;
  /** `undefined` for a broken record. */
  readonly routes: number | undefined;
  /** Of the largest document that any token can get. */
  readonly bytes: number | undefined;
  readonly longestResource: number | undefined;
  readonly isWithinBudget: boolean;
  /** With a tenant alone; `undefined` also where such a token opens nothing. */
  readonly document: PolicyDocument | undefined;
}

export const policy: CommandDefinition<PolicyOptions> = {
  name: "policy",
  arguments: "[tenant]",
  summary: "the policy made of a record, and its size",
  description:
    "With a tenant the document that API Gateway gets, for a token with every scope or with --scopes, without the time condition that ends with the token. Without a tenant the sizes of all. A record over the budget is broken: its tenant gets 503.",
  options: [
    new Option(
      "--scopes <scopes>",
      "for a token that holds these alone, with blanks or commas between",
    ).argParser((text) => text.split(/[ ,]+/).filter((scope) => scope !== "")),
    byOption(),
  ],
  examples: [
    "npm run tenants -- --local policy acme",
    "npm run tenants -- --local policy",
  ],
  async run(session, [name], { scopes, by }) {
    const target = await session.openTarget("stage", "defaultRoutes");
    const rows =
      typeof name === "string"
        ? await findRows(session.world, target, name, by)
        : await readRows(session.world, target);
    const policies = rows.map((row) =>
      describePolicy(row, target, name === undefined ? undefined : { scopes }),
    );
    session.answer(
      {
        stageArn: formatStageArn(target.stage),
        budget: {
          bytes: MAX_POLICY_BYTES,
          resourceLength: MAX_RESOURCE_LENGTH,
        },
        policies,
      },
      () => formatPolicies(policies),
    );
    return policies.every(({ isWithinBudget }) => isWithinBudget)
      ? EXIT.ok
      : EXIT.refused;
  },
};

function describePolicy(
  row: Row,
  { stage }: Target,
  wanted: { readonly scopes: readonly string[] | undefined } | undefined,
): DescribedPolicy {
  const { key, tenant } = row;
  const compiled = tenant && compileRoutes(tenant.routes, stage);
  const every = tenant?.routes.flatMap(({ scopes }) => scopes) ?? [];
  return {
    tenantId: tenantIdOf(row),
    key,
    routes: tenant?.routes.length,
    bytes: compiled?.bytes,
    longestResource: compiled?.longestResource,
    isWithinBudget: row.problems.length === 0,
    document:
      wanted && compiled?.build(new Set(wanted.scopes ?? every), undefined),
  };
}

function formatPolicies(policies: readonly DescribedPolicy[]): string {
  const table = formatTable(
    ["TENANT", "KEY", "ROUTES", "BYTES", "OF BUDGET", "LONGEST", ""],
    policies.map(({ bytes, ...policy }) => [
      policy.tenantId,
      policy.key,
      String(policy.routes ?? ""),
      bytes?.toLocaleString("en-US") ?? "",
      bytes === undefined
        ? ""
        : `${Math.round((100 * bytes) / MAX_POLICY_BYTES)} %`,
      String(policy.longestResource ?? ""),
      policy.isWithinBudget
        ? ""
        : bytes === undefined
          ? "broken"
          : "over budget",
    ]),
  );
  const documents = policies.flatMap(({ document }) =>
    document === undefined ? [] : [JSON.stringify(document, undefined, 2)],
  );
  return [table, ...documents].join("\n\n");
}
