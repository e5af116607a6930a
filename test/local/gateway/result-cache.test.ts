import { beforeEach, describe, expect, test } from "vitest";
import { parseAuthorizerOutput } from "../../../local/gateway/authorizer-output.ts";
import {
  createResultCache,
  type ResultCache,
} from "../../../local/gateway/result-cache.ts";
import { OUTPUT } from "./support.ts";

const RESULT = parseAuthorizerOutput(OUTPUT);
const SCOPE = { apiId: "api", stageName: "prod", authorizerId: "auth" };
const TOKEN = "Bearer a.b.c";
const STORED_AT_MS = 1_000_000;

let nowMs: number;
let cache: ResultCache;
beforeEach(() => {
  nowMs = STORED_AT_MS;
  cache = createResultCache({ now: () => nowMs, maxEntries: 3 });
});

test("a result serves until its TTL is over", () => {
  cache.store(SCOPE, TOKEN, RESULT, 300);
  nowMs = STORED_AT_MS + 299_999;
  expect(cache.find(SCOPE, TOKEN)).toBe(RESULT);
  nowMs = STORED_AT_MS + 300_000;
  expect(cache.find(SCOPE, TOKEN)).toBeUndefined();
  expect(cache.entries()).toEqual([]);
});

test("a TTL of 0 keeps nothing", () => {
  cache.store(SCOPE, TOKEN, RESULT, 0);
  expect(cache.find(SCOPE, TOKEN)).toBeUndefined();
});

describe("a result is found for nothing but its own", () => {
  test.each([
    ["token", SCOPE, "Bearer a.b.C"],
    ["API", { ...SCOPE, apiId: "other" }, TOKEN],
    ["stage", { ...SCOPE, stageName: "other" }, TOKEN],
    ["authorizer", { ...SCOPE, authorizerId: "other" }, TOKEN],
  ])("%s", (_, scope, token) => {
    cache.store(SCOPE, TOKEN, RESULT, 300);
    expect(cache.find(scope, token)).toBeUndefined();
  });
});

test("a flush forgets the stage's results and no other stage's", () => {
  const other = { ...SCOPE, stageName: "other" };
  cache.store(SCOPE, TOKEN, RESULT, 300);
  cache.store(other, TOKEN, RESULT, 300);
  cache.flush({ apiId: "api", stageName: "prod" });
  expect(cache.find(SCOPE, TOKEN)).toBeUndefined();
  expect(cache.find(other, TOKEN)).toBe(RESULT);
});

test("the oldest result makes room when the cache is full", () => {
  cache.store(SCOPE, "1", RESULT, 300);
  cache.store(SCOPE, "2", RESULT, 300);
  cache.store(SCOPE, "1", RESULT, 300);
  cache.store(SCOPE, "3", RESULT, 300);
  cache.store(SCOPE, "4", RESULT, 300);
  expect(cache.find(SCOPE, "2")).toBeUndefined();
  expect(cache.find(SCOPE, "1")).toBe(RESULT);
  expect(cache.find(SCOPE, "4")).toBe(RESULT);
});

test("a view shows a fingerprint and hits, never the token", () => {
  cache.store(SCOPE, TOKEN, RESULT, 300);
  cache.find(SCOPE, TOKEN);
  const views = cache.entries();
  expect(views).toMatchObject([
    {
      ...SCOPE,
      principalId: "auth0|1",
      hits: 1,
      expiresAtMs: STORED_AT_MS + 300_000,
    },
  ]);
  expect(views[0]?.tokenFingerprint).toMatch(/^[0-9a-f]{12}$/);
  expect(JSON.stringify(views)).not.toContain("a.b.c");
});
