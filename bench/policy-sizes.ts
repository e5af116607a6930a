/** `npm run policy:sizes`: how many routes fit the policy budget, as a Markdown table. */
import { parseArgs } from "node:util";
import type { StageArn } from "../lambda/core/method-arn.ts";
import { MAX_POLICY_BYTES, compileRoutes } from "../lambda/core/policy.ts";
import { type Route, parseRoute } from "../lambda/core/routes.ts";
import { parseTenantId } from "../lambda/core/tenant-id.ts";

const { values } = parseArgs({
  options: {
    region: { type: "string", default: "eu-central-1" },
    stage: { type: "string", default: "prod" },
    tenant: { type: "string", default: "acme" },
  },
});

const stage: StageArn = {
  partition: "aws",
  region: values.region,
  account: "123456789012",
  apiId: "abcdef1234",
  stage: values.stage,
};

const SHAPES: readonly {
  readonly name: string;
  readonly route: (index: number) => string;
}[] = [
  {
    name: "one method, one path",
    route: (index) => `GET /{tenantId}/resource-${index}`,
  },
  {
    name: "one method, a subtree",
    route: (index) => `GET /{tenantId}/resource-${index}/*`,
  },
  {
    name: "two methods of one length",
    route: (index) => `GET,PUT /{tenantId}/resource-${index}`,
  },
  {
    name: "all methods, a subtree",
    route: (index) => `* /{tenantId}/resource-${index}/*`,
  },
];
const COUNTS = [1, 10, 20, 60];

function routes(
  count: number,
  shape: (index: number) => string,
): readonly Route[] {
  const tenantId = parseTenantId(values.tenant);
  if (tenantId === undefined) throw new Error("--tenant is not a tenant id");
  return Array.from({ length: count }, (_, index) => {
    const route = parseRoute(shape(index + 10), tenantId);
    if (!route.ok) throw new Error(route.reason);
    return route.value;
  });
}

const sizeOf = (count: number, shape: (index: number) => string): number =>
  compileRoutes(routes(count, shape), stage).bytes;

/** The largest count that fits, found by halving. */
function mostThatFit(shape: (index: number) => string): number {
  let fits = 0;
  let over = 1_000;
  while (over - fits > 1) {
    const count = Math.floor((fits + over) / 2);
    if (sizeOf(count, shape) <= MAX_POLICY_BYTES) fits = count;
    else over = count;
  }
  return fits;
}

console.log(
  `Bytes of the policy in ${stage.region}, stage ${stage.stage}, tenant ${values.tenant}; the budget is ${MAX_POLICY_BYTES}.\n`,
);
console.log(`| routes | ${COUNTS.join(" | ")} | most that fit |`);
console.log(`| --- | ${COUNTS.map(() => "---:").join(" | ")} | ---: |`);
for (const { name, route } of SHAPES) {
  const sizes = COUNTS.map((count) => {
    const bytes = sizeOf(count, route);
    return bytes <= MAX_POLICY_BYTES ? String(bytes) : `over (${bytes})`;
  });
  console.log(`| ${name} | ${sizes.join(" | ")} | ${mostThatFit(route)} |`);
}
