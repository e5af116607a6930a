/** The event files, end to end: what arrives, and what must be said to it. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { eventOf, readEventCases } from "../../support/events.ts";
import { createTestAuthorizer } from "../../support/test-authorizer.ts";
import { NOW } from "../../support/tokens.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each(readEventCases())("$title", async (eventCase) => {
  const { item, decision } = eventCase;
  const ask = createTestAuthorizer({
    readTenantItem: () =>
      Promise.resolve(
        item === null ? { kind: "absent" } : { kind: "item", item },
      ),
  });
  const { entry, result, error } = await ask(eventOf(eventCase, NOW));
  expect({ outcome: entry.outcome, reason: entry.reason }).toEqual({
    outcome: decision.outcome,
    reason: decision.reason,
  });
  expect(error?.message).toBe(decision.thrown);
  expect(
    result && { principalId: result.principalId, context: result.context },
  ).toEqual(decision.result);
});

test("there is an event file for each of the four outcomes", () => {
  expect(
    new Set(readEventCases().map(({ decision }) => decision.outcome)),
  ).toEqual(new Set(["allow", "forbid", "unauthenticated", "could_not_tell"]));
});
