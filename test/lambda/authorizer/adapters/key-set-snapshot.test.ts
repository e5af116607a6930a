import { describe, expect, test } from "vitest";
import { parseKeySetSnapshots } from "../../../../lambda/authorizer/adapters/key-set-snapshot.ts";
import { jwksOf, signingKey } from "../../../support/tokens.ts";

const URI = "https://acme.eu.auth0.com/.well-known/jwks.json";
const OTHER = "https://login.acme.com/.well-known/jwks.json";
const KEY = signingKey();
const SNAPSHOT = {
  takenAt: "2027-01-15T08:00:00.000Z",
  sets: { [URI]: jwksOf(KEY), [OTHER]: jwksOf(KEY) },
};

const parse = (file: unknown): ReturnType<typeof parseKeySetSnapshots> =>
  parseKeySetSnapshots(Buffer.from(JSON.stringify(file)), 3_600);

test("a snapshot is a set for each issuer, with its age and the limit of it", () => {
  const snapshot = {
    keys: new Map([["key-1", KEY.jwk]]),
    takenAtMs: 1_800_000_000_000,
    maxAgeSeconds: 3_600,
  };
  expect(parse(SNAPSHOT)).toEqual(
    new Map([
      [URI, snapshot],
      [OTHER, snapshot],
    ]),
  );
});

describe("a file is no snapshot", () => {
  test.each([
    { name: "that is empty", file: {} },
    { name: "that is a list", file: [SNAPSHOT] },
    { name: "without a date", file: { sets: SNAPSHOT.sets } },
    {
      name: "with a date that is none",
      file: { ...SNAPSHOT, takenAt: "yesterday" },
    },
    {
      name: "with a date that is a number",
      file: { ...SNAPSHOT, takenAt: 1_800_000_000_000 },
    },
    { name: "with a year for a date", file: { ...SNAPSHOT, takenAt: 2_026 } },
    { name: "without sets", file: { takenAt: SNAPSHOT.takenAt } },
    {
      name: "with sets that are a list",
      file: { ...SNAPSHOT, sets: [jwksOf(KEY)] },
    },
    {
      name: "with an empty set among good ones",
      file: { ...SNAPSHOT, sets: { ...SNAPSHOT.sets, [OTHER]: { keys: [] } } },
    },
  ])("$name", ({ file }) => {
    expect(parse(file)).toBeUndefined();
  });

  test("that is not JSON", () => {
    expect(parseKeySetSnapshots(Buffer.from("keys"), 1)).toBeUndefined();
  });
});
