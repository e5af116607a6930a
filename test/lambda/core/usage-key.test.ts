import { hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Allow, Forbid } from "../../../lambda/core/decision.ts";
import {
  type TenantSeat,
  type UsagePlans,
  chooseUsageKey,
  deriveUsageKey,
  isUsageKey,
} from "../../../lambda/core/usage-key.ts";
import { tenantOf } from "../../support/records.ts";
import type { Overrides } from "../../support/tokens.ts";

const sha256 = (text: string) => hash("sha256", text, "hex");

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};
const PLANS: UsagePlans = {
  sharedKeys: new Map([
    ["free", "sharedkeyabcdef1234free0"],
    ["pro", "sharedkeyabcdef1234pro00"],
  ]),
  defaultPlan: "free",
  refusalKey: "refusalkeyabcdef1234",
};
const SEAT: TenantSeat = {
  apiId: "abcdef1234",
  stage: "prod",
  tenantId: "acme",
  plan: "free",
};

const keyOf = (seat: Partial<TenantSeat> = {}) =>
  deriveUsageKey({ ...SEAT, ...seat }, sha256);

/** Of a decision, what the choice looks at. */
const decide = (
  overrides: Overrides = {},
  kind: "allow" | "forbid" = "allow",
) => ({ kind, tenant: tenantOf(overrides) }) as Allow | Forbid;

const choose = (decision: Allow | Forbid, plans = PLANS) =>
  chooseUsageKey(decision, STAGE, plans, sha256);

describe("a tenant's own key", () => {
  test("is one that API Gateway takes, and always the same", () => {
    expect(keyOf()).toSatisfy(isUsageKey);
    expect(keyOf()).toBe(keyOf());
    expect(keyOf()).toBe(
      "tenantkey" + sha256('["abcdef1234","prod","acme","free"]'),
    );
  });

  test.each<Partial<TenantSeat>>([
    { apiId: "zyxwvu9876" },
    { stage: "beta" },
    { tenantId: "globex" },
    { plan: "pro" },
  ])("differs with %o", (change) => {
    expect(keyOf(change)).not.toBe(keyOf());
  });

  test("is nobody else's, however the parts are cut", () => {
    expect(keyOf({ tenantId: "a", plan: "b_c" })).not.toBe(
      keyOf({ tenantId: "a_b", plan: "c" }),
    );
  });
});

describe("a request is counted", () => {
  test("by the tenant's own key when its record confirms it", () => {
    const usageKey = keyOf();
    expect(choose(decide({ usageKey: { S: usageKey } }))).toBe(usageKey);
  });

  test.each<[string, Overrides]>([
    ["without one in the record", {}],
    [
      "when it is another tenant's",
      { usageKey: { S: keyOf({ tenantId: "x" }) } },
    ],
    ["when it is of another API", { usageKey: { S: keyOf({ apiId: "x" }) } }],
    ["when it is of another stage", { usageKey: { S: keyOf({ stage: "x" }) } }],
    [
      "when it is of a plan left behind",
      { usageKey: { S: keyOf({ plan: "pro" }) } },
    ],
    ["when it is anybody's", { usageKey: { S: "a".repeat(40) } }],
    ["when its plan is not deployed", { plan: { S: "gold" } }],
  ])("by the key that the plan's tenants share %s", (_name, overrides) => {
    expect(choose(decide(overrides))).toBe("sharedkeyabcdef1234free0");
  });

  test("by the shared key of the record's plan, although the default one's own key stands in it", () => {
    const record = { plan: { S: "pro" }, usageKey: { S: keyOf() } };
    expect(choose(decide(record))).toBe("sharedkeyabcdef1234pro00");
  });

  test("by the tenant's own key in the default plan when its plan is not deployed", () => {
    const record = { plan: { S: "gold" }, usageKey: { S: keyOf() } };
    expect(choose(decide(record))).toBe(keyOf());
  });

  test.each([{}, { plan: { S: "pro" } }, { usageKey: { S: keyOf() } }])(
    "by the refusals' key when it is forbidden, whatever the record: %o",
    (overrides) => {
      expect(choose(decide(overrides, "forbid"))).toBe("refusalkeyabcdef1234");
    },
  );
});

test.each([
  { name: "19 characters", value: "a".repeat(19) },
  { name: "129 characters", value: "a".repeat(129) },
  { name: "a hyphen", value: `${"a".repeat(20)}-` },
  { name: "a list of one that would do", value: ["a".repeat(20)] },
  { name: "nothing", value: undefined },
])("$name is no usage key", ({ value }) => {
  expect(isUsageKey(value)).toBe(false);
});

test.each([20, 128])("%i letters are one", (length) => {
  expect(isUsageKey("a".repeat(length))).toBe(true);
});
