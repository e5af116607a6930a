import { expect, test } from "vitest";
import {
  findUnexplained,
  measureChange,
  type Change,
} from "../../bench/suspension/judge.ts";
import type { Answer } from "../../bench/suspension/traffic.ts";

const SUSPENDED = { status: 403, reason: "tenant_suspended" };
const ACTIVE = { status: 200, reason: undefined };

const answer = (
  sentAtMs: number,
  { status, reason }: Pick<Answer, "status" | "reason">,
): Answer => ({
  tenantId: "a",
  sentAtMs,
  answeredAtMs: sentAtMs + 10,
  status,
  reason,
});
const change = (askedAtMs: number, to: Change["to"]): Change => ({
  tenantId: "a",
  to,
  askedAtMs,
});

test("a change is measured to its first answer, and to the first one after the last old one", () => {
  const answers = [
    answer(900, ACTIVE),
    answer(1500, ACTIVE),
    answer(2000, SUSPENDED),
    answer(3000, ACTIVE),
    answer(4000, SUSPENDED),
    answer(5000, SUSPENDED),
  ];
  expect(measureChange(change(1000, "suspended"), answers, 9000)).toEqual({
    firstMs: 1010,
    forGoodMs: 3010,
  });
});

test("a change that is not seen, or that the last answer contradicts, never was for good", () => {
  const asked = change(1000, "suspended");
  expect(measureChange(asked, [answer(2000, ACTIVE)], 9000)).toEqual({
    firstMs: undefined,
    forGoodMs: undefined,
  });
  const back = [answer(2000, SUSPENDED), answer(3000, ACTIVE)];
  expect(measureChange(asked, back, 9000).forGoodMs).toBeUndefined();
});

const CHANGES = [change(1000, "suspended"), change(30_000, "active")];

test.each([
  { name: "the old status within the limit", given: answer(10_900, ACTIVE) },
  { name: "the new status at once", given: answer(1001, SUSPENDED) },
  {
    name: "the new status to an earlier request",
    given: answer(995, SUSPENDED),
  },
  { name: "a late resumption", given: answer(39_000, SUSPENDED) },
])("explains $name", ({ given }) => {
  expect(findUnexplained([given], CHANGES, 10_000)).toEqual([]);
});

test.each([
  { name: "the old status after the limit", given: answer(11_100, ACTIVE) },
  { name: "a suspension that nobody asked for", given: answer(500, SUSPENDED) },
  { name: "a suspension after the end", given: answer(40_100, SUSPENDED) },
  { name: "an outage", given: answer(2000, { status: 503, reason: "x" }) },
  {
    name: "another refusal",
    given: answer(2000, { status: 403, reason: "route_not_granted" }),
  },
  {
    name: "a refusal of another tenant",
    given: { ...answer(5000, SUSPENDED), tenantId: "b" },
  },
])("does not explain $name", ({ given }) => {
  expect(findUnexplained([given], CHANGES, 10_000)).toEqual([given]);
});
