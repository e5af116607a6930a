import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CfnParameter, Duration, Stack } from "aws-cdk-lib";
import { afterAll, describe, expect, test } from "vitest";
import { createSigningKey, signingKey } from "../support/tokens.ts";
import { jwksUriOf } from "../../lambda/authorizer/adapters/access-token-verifier.ts";
import { parseKeySetSnapshots } from "../../lambda/authorizer/adapters/key-set-snapshot.ts";
import { findJwksSnapshotProblems } from "../../lib/jwks-snapshot.ts";

const NOW_MS = Date.parse("2026-06-10T12:00:00Z");
const ISSUERS = ["https://acme.eu.auth0.com/", "https://globex.auth0.com/"];
const [ACME = "", GLOBEX = ""] = ISSUERS.map(jwksUriOf);
const MAX_AGE = Duration.days(7);
const { jwk } = signingKey();

const VALID = {
  takenAt: "2026-06-10T11:00:00Z",
  sets: { [ACME]: { keys: [jwk] }, [GLOBEX]: { keys: [jwk] } },
};

const folder = mkdtempSync(join(tmpdir(), "jwks-snapshot-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const path = join(folder, "keys.json");

function problemsOf(
  file: unknown,
  { maxAge = MAX_AGE, issuers = ISSUERS } = {},
): readonly string[] {
  writeFileSync(path, typeof file === "string" ? file : JSON.stringify(file));
  return findJwksSnapshotProblems(path, { issuers, maxAge, nowMs: NOW_MS });
}

test("a snapshot of an hour ago with every issuer is good", () => {
  expect(problemsOf(VALID)).toEqual([]);
});

test("further issuers in it do no harm", () => {
  expect(problemsOf(VALID, { issuers: ISSUERS.slice(1) })).toEqual([]);
});

test("a problem says what to do", () => {
  expect(problemsOf("{")).toEqual([
    `jwksSnapshot "${path}" is not a key-set snapshot: write it with npm run keys:snapshot -- --issuer ${ISSUERS[0] ?? ""} --issuer ${ISSUERS[1] ?? ""} --out ${path}`,
  ]);
});

describe("a snapshot is refused", () => {
  test.each<[string, unknown, readonly RegExp[]]>([
    ["that is empty", "", [/is not a key-set snapshot/]],
    ["that is a list", [VALID], [/is not a key-set snapshot/]],
    [
      "without the time it was taken",
      { ...VALID, takenAt: undefined },
      [/is not a key-set snapshot/],
    ],
    [
      "with a time that is none",
      { ...VALID, takenAt: "yesterday" },
      [/is not a key-set snapshot/],
    ],
    [
      "with sets in a list",
      { ...VALID, sets: [] },
      [/is not a key-set snapshot/],
    ],
    [
      "that lacks an issuer",
      { ...VALID, sets: { [ACME]: { keys: [jwk] } } },
      [
        /does not hold https:\/\/globex\.auth0\.com\/\.well-known\/jwks\.json: /,
      ],
    ],
    [
      "that lacks them all",
      { ...VALID, sets: {} },
      [/does not hold .*acme/, /does not hold .*globex/],
    ],
    [
      "that is from the future",
      { ...VALID, takenAt: "2026-06-10T12:02:00Z" },
      [/was taken in the future: write it/],
    ],
    [
      "that is too old",
      { ...VALID, takenAt: "2026-06-01T00:00:00Z" },
      [/is 9\.5 days old and may be 7 days old: write it/],
    ],
    [
      "that is just too old",
      { ...VALID, takenAt: "2026-06-03T12:00:00Z" },
      [/is 7 days old and may be 7 days old/],
    ],
    [
      "for all its problems at once",
      { takenAt: "2026-01-01T00:00:00Z", sets: { [ACME]: {} } },
      [/does not hold .*globex/, /no usable key of .*acme/, /days old/],
    ],
  ])("%s", (_name, file, messages) => {
    expect(problemsOf(file)).toEqual(
      messages.map((message) => expect.stringMatching(message) as string),
    );
  });

  test("that is not there", () => {
    expect(
      findJwksSnapshotProblems(join(folder, "nowhere.json"), {
        issuers: ISSUERS,
        maxAge: MAX_AGE,
        nowMs: NOW_MS,
      }),
    ).toEqual([expect.stringContaining("cannot be read (ENOENT): write it")]);
  });

  test("whose path would be known at deployment only", () => {
    const parameter = new CfnParameter(new Stack(), "Path").valueAsString;
    expect(
      findJwksSnapshotProblems(parameter, {
        issuers: ISSUERS,
        maxAge: MAX_AGE,
        nowMs: NOW_MS,
      }),
    ).toEqual(["jwksSnapshot must be known at synthesis: it is a file's path"]);
  });
});

test("a snapshot one second younger than its limit is good", () => {
  const takenAt = "2026-06-03T12:00:01Z";
  expect(problemsOf({ ...VALID, takenAt })).toEqual([]);
});

test("an age that is known at deployment only is left to the function", () => {
  const parameter = new CfnParameter(new Stack(), "Age", { type: "Number" });
  expect(
    problemsOf(
      { ...VALID, takenAt: "2020-01-01T00:00:00Z" },
      { maxAge: Duration.seconds(parameter.valueAsNumber) },
    ),
  ).toEqual([]);
});

/** What the function does not start with must not be deployed; what it takes must be deployable. */
describe("keys are judged as the function judges them", () => {
  const weak = createSigningKey("weak", { modulusLength: 1_024 }).jwk;
  const small = createSigningKey("small", { publicExponent: 3 }).jwk;
  const ones = (bytes: number) =>
    Buffer.alloc(bytes, 255).toString("base64url");
  const junk = (length: number) => Array.from({ length }, () => ({}));
  test.each<[string, unknown]>([
    ["no set", null],
    ["no keys", {}],
    ["an empty list", { keys: [] }],
    ["a key that is null", { keys: [null] }],
    ["a plain key", { keys: [jwk] }],
    ["a good key behind a bad one", { keys: [weak, jwk] }],
    ["a good key behind a hundred", { keys: [...junk(100), jwk] }],
    ["a good key behind 99", { keys: [...junk(99), jwk] }],
    ["a short modulus", { keys: [weak] }],
    ["a small exponent", { keys: [small] }],
    ["a modulus too long", { keys: [{ ...jwk, n: ones(2_049) }] }],
    ["a modulus at its longest", { keys: [{ ...jwk, n: ones(2_048) }] }],
    ["an exponent too long", { keys: [{ ...jwk, e: ones(9) }] }],
    ["an exponent at its longest", { keys: [{ ...jwk, e: ones(8) }] }],
    ["an even exponent", { keys: [{ ...jwk, e: "AQAC" }] }],
    ["another type", { keys: [{ ...jwk, kty: "EC" }] }],
    ["another use", { keys: [{ ...jwk, use: "enc" }] }],
    ["a use that is null", { keys: [{ ...jwk, use: null }] }],
    ["no use", { keys: [{ ...jwk, use: undefined }] }],
    ["another algorithm", { keys: [{ ...jwk, alg: "RS512" }] }],
    ["no algorithm", { keys: [{ ...jwk, alg: undefined }] }],
    ["operations with verify", { keys: [{ ...jwk, key_ops: ["verify"] }] }],
    ["operations without it", { keys: [{ ...jwk, key_ops: ["sign"] }] }],
    ["operations that are text", { keys: [{ ...jwk, key_ops: "verify" }] }],
    ["no kid", { keys: [{ ...jwk, kid: undefined }] }],
    ["a kid with a space", { keys: [{ ...jwk, kid: "a b" }] }],
    ["a kid of 129 characters", { keys: [{ ...jwk, kid: "k".repeat(129) }] }],
    ["no modulus", { keys: [{ ...jwk, n: undefined }] }],
    ["an exponent that is a number", { keys: [{ ...jwk, e: 65_537 }] }],
  ])("%s", (_name, set) => {
    const file = { ...VALID, sets: { ...VALID.sets, [GLOBEX]: set } };
    const bytes = Buffer.from(JSON.stringify(file));
    const isTaken = parseKeySetSnapshots(bytes, 1) !== undefined;
    expect(problemsOf(file)).toEqual(
      isTaken
        ? []
        : [expect.stringContaining(`has no usable key of ${GLOBEX}: write it`)],
    );
  });
});
