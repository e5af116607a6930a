import { expect, test } from "vitest";
import { parseKeySet } from "../../../lambda/authorizer/adapters/key-set.ts";
import {
  FIRST_KID,
  SECOND_KID,
  createIssuer,
} from "../../../bench/simulation/issuer.ts";

const kidsOf = (body: Uint8Array | undefined): readonly string[] => [
  ...(parseKeySet(body ?? new Uint8Array())?.keys() ?? []),
];

test("the limit's last request of a second gets the keys, the next a 429", () => {
  const issuer = createIssuer(20);
  const answers = Array.from({ length: 21 }, () => issuer.answer(5_500));
  expect(answers.slice(0, 20).every((body) => body !== undefined)).toBe(true);
  expect(answers[20]).toBeUndefined();
});

test("the next second has its own count, in whatever order requests come", () => {
  const issuer = createIssuer(1);
  expect(issuer.answer(1_999)).toBeDefined();
  expect(issuer.answer(2_000)).toBeDefined();
  expect(issuer.answer(1_000)).toBeUndefined();
});

test("a rotation adds a key from its moment on", () => {
  const issuer = createIssuer(20);
  issuer.rotate(10_000);
  expect(kidsOf(issuer.answer(9_999))).toEqual([FIRST_KID]);
  expect(kidsOf(issuer.answer(10_000))).toEqual([SECOND_KID, FIRST_KID]);
});
