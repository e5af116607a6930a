import { beforeEach, describe, expect, test } from "vitest";
import { digestOf } from "../../../lambda/authorizer/adapters/digest.ts";
import {
  type KeptDecisions,
  type KeptRequest,
  createKeptDecisions,
} from "../../../lambda/authorizer/kept-decisions.ts";
import type { AccessToken } from "../../../lambda/core/claims.ts";
import type { Ages, Allow } from "../../../lambda/core/decision.ts";
import { buildDenyPolicy } from "../../../lambda/core/policy.ts";
import { tenantOf } from "../../support/records.ts";
import { CLIENT_ID, ISSUER, NOW, SUBJECT } from "../../support/tokens.ts";

const STAGE = {
  partition: "aws",
  region: "eu-central-1",
  account: "123456789012",
  apiId: "abcdef1234",
  stage: "prod",
};
const REQUEST: KeptRequest = { authorization: "Bearer a.b.c", stage: STAGE };
const NOW_MS = NOW * 1_000;
const EXP = NOW + 600;

const token = (expiresAt = EXP): AccessToken => ({
  issuer: ISSUER,
  subject: SUBJECT,
  clientId: CLIENT_ID,
  tenantKey: CLIENT_ID,
  issuedAt: NOW,
  expiresAt,
  scope: undefined,
  grants: new Set(),
  organizationId: undefined,
  claims: {},
});
const allow = (changes: Partial<Allow> = {}): Allow => ({
  kind: "allow",
  tenant: tenantOf(),
  token: token(),
  policy: buildDenyPolicy(STAGE),
  policyBytes: 0,
  ages: { keySetAgeSeconds: 0, recordAgeSeconds: 0 },
  recheck: () => agesNow,
  ...changes,
});

let agesNow: Ages | undefined;
let kept: KeptDecisions<string>;

beforeEach(() => {
  agesNow = { keySetAgeSeconds: 60, recordAgeSeconds: 4 };
  kept = createKeptDecisions(digestOf, 2);
});

const keep = (decision: Allow, request = REQUEST, atMs = NOW_MS): void => {
  kept.open(request).keep(decision, "answer", atMs);
};
const recall = (atMs = NOW_MS, request = REQUEST): unknown =>
  kept.open(request).recall(atMs);

describe("a decision that was kept", () => {
  test("is recalled with its answer, and with the ages of now", () => {
    const decision = allow();
    keep(decision);
    expect(recall()).toEqual({
      decision: { ...decision, ages: agesNow },
      result: "answer",
    });
  });

  test.each([
    { name: "exp", decision: {}, endsAt: EXP },
    {
      name: "the whole second before a fractional exp, where the clock tolerance begins",
      decision: { token: token(EXP + 0.7) },
      endsAt: EXP,
    },
    {
      name: "the end of the record",
      decision: { tenant: tenantOf({ expiresAt: { N: String(NOW + 60) } }) },
      endsAt: NOW + 60,
    },
    {
      name: "exp, when the record ends later",
      decision: { tenant: tenantOf({ expiresAt: { N: String(EXP + 60) } }) },
      endsAt: EXP,
    },
  ])("ends with $name", ({ decision, endsAt }) => {
    keep(allow(decision));
    expect(recall(endsAt * 1_000 - 1)).toBeDefined();
    expect(recall(endsAt * 1_000)).toBeUndefined();
  });

  test("is not recalled by a clock that was set back", () => {
    keep(allow());
    expect(recall(NOW_MS - 1)).toBeUndefined();
  });

  test("is not recalled while key set or record have to be looked up", () => {
    keep(allow());
    agesNow = undefined;
    expect(recall()).toBeUndefined();
  });

  test.each([
    { name: "another signature", change: { authorization: "Bearer a.b.d" } },
    {
      name: "another spelling of the scheme",
      change: { authorization: "bearer a.b.c" },
    },
    {
      name: "another partition",
      change: { stage: { ...STAGE, partition: "aws-cn" } },
    },
    {
      name: "another region",
      change: { stage: { ...STAGE, region: "eu-west-1" } },
    },
    {
      name: "another account",
      change: { stage: { ...STAGE, account: "210987654321" } },
    },
    {
      name: "another API",
      change: { stage: { ...STAGE, apiId: "zyxwvu4321" } },
    },
    { name: "another stage", change: { stage: { ...STAGE, stage: "dev" } } },
  ])("is not recalled for $name", ({ change }) => {
    keep(allow());
    expect(recall(NOW_MS, { ...REQUEST, ...change })).toBeUndefined();
  });
});

test("a decision that cannot be looked at again is not kept", () => {
  keep(allow({ recheck: undefined }));
  expect(recall()).toBeUndefined();
});

test("a newer decision about the same request takes the place of the older", () => {
  keep(allow());
  const newer = allow({ token: token(EXP + 60) });
  keep(newer, REQUEST, NOW_MS + 1);
  expect(recall()).toBeUndefined();
  expect(recall(EXP * 1_000)).toMatchObject({
    decision: { token: { expiresAt: EXP + 60 } },
  });
});

test("the oldest makes room, and no other", () => {
  const requests = ["first", "second", "third"].map((authorization) => ({
    ...REQUEST,
    authorization,
  }));
  for (const request of requests) keep(allow(), request);
  expect(
    requests.map((request) => recall(NOW_MS, request) !== undefined),
  ).toEqual([false, true, true]);
});
