/** The adapter against the control plane of the local run. */
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { expect, onTestFinished, test } from "vitest";
import {
  KeysError,
  createApiKeys,
} from "../../../../lambda/tenant-keys/adapters/api-keys.ts";
import { startControlPlane } from "../../../../local/control-plane/control-plane.ts";
import {
  API,
  API_ID,
  idOf,
  stackOf,
  startGateway,
} from "../../../local/gateway/support.ts";

const RESOURCES = {
  ...API,
  Free: [
    "ApiGateway::UsagePlan",
    { ApiStages: [{ ApiId: API_ID, Stage: "prod" }] },
  ],
  Pro: [
    "ApiGateway::UsagePlan",
    { ApiStages: [{ ApiId: API_ID, Stage: "prod" }] },
  ],
} as const;
const FREE = idOf("Free", "ApiGateway::UsagePlan");
const PRO = idOf("Pro", "ApiGateway::UsagePlan");
const value = (letter: string) => `tenantkey${letter.repeat(20)}`;

async function setUp() {
  const { gateway } = await startGateway({ resources: RESOURCES });
  let nowMs = 1_767_225_600_000;
  const controlPlane = await startControlPlane({
    port: 0,
    stack: stackOf(RESOURCES),
    gateway,
    now: () => nowMs,
  });
  onTestFinished(controlPlane.close);
  const client = new APIGatewayClient({
    endpoint: controlPlane.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  let calls = 0;
  const keys = createApiKeys(
    client,
    () => {
      calls += 1;
      // As if a second had passed between any two calls.
      nowMs += 1_000;
      return Promise.resolve();
    },
    { owner: "us" },
  );
  return { keys, store: gateway.usagePlans.keys, calls: () => calls };
}

test("a key is made with its tag, found, put into a plan, marked and removed", async () => {
  const { keys, store, calls } = await setUp();
  const made = await keys.create("api/prod/acme/free", value("a"));
  expect(made).toMatchObject({ name: "api/prod/acme/free" });
  const { id } = made as { id: string };
  expect(store.list()).toMatchObject([
    { tags: { owner: "us" }, enabled: true },
  ]);
  await keys.attach(id, FREE);
  expect([...(await keys.listPlan(FREE))]).toEqual([id]);
  await keys.markUnused(id, 1_767_225_600_000);
  expect(await keys.find("api/prod/acme/free", value("a"))).toEqual({
    id,
    name: "api/prod/acme/free",
    unusedSinceMs: 1_767_225_600_000,
  });
  await keys.markUnused(id, undefined);
  expect(await keys.list("api/prod/")).toEqual([
    { id, name: "api/prod/acme/free", unusedSinceMs: undefined },
  ]);
  await keys.remove(id);
  expect(await keys.list("")).toEqual([]);
  expect(calls()).toBe(9);
});

test("what is done already is done", async () => {
  const { keys } = await setUp();
  const made = await keys.create("n", value("a"));
  const { id } = made as { id: string };
  await keys.attach(id, FREE);
  await keys.attach(id, FREE);
  expect(await keys.create("other", value("a"))).toBe("exists");
  await keys.remove(id);
  await keys.remove(id);
});

test("a key of the same name and another value is not the one, nor is one whose name goes on", async () => {
  const { keys } = await setUp();
  await keys.create("api/prod/acme/free", value("b"));
  await keys.create("api/prod/acme/free2", value("a"));
  expect(await keys.find("api/prod/acme/free", value("a"))).toBeUndefined();
});

test("lists go on over pages", async () => {
  const { keys, store } = await setUp();
  for (let at = 0; at < 501; at += 1) {
    store.create({
      name: `api/prod/t${at}/free`,
      value: `tenantkey${String(at).padStart(20, "0")}`,
      description: "",
      enabled: true,
      tags: {},
    });
  }
  expect(await keys.list("api/prod/")).toHaveLength(501);
  expect(await keys.list("other/")).toEqual([]);
});

test("the account's limit is told apart", async () => {
  const { keys, store } = await setUp();
  for (let at = 0; at < 10_000; at += 1) {
    store.create({
      name: "x",
      value: `tenantkey${String(at).padStart(20, "0")}`,
      description: "",
      enabled: true,
      tags: {},
    });
  }
  expect(await keys.create("n", value("a"))).toBe("limit");
});

test("what goes wrong is said by name, and without any key", async () => {
  const { keys } = await setUp();
  const failure = await keys
    .attach("nokey", PRO)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(KeysError);
  expect(String(failure)).toMatch(
    /putting a key into its plan failed: NotFoundException, status 404, request \S+$/,
  );
});
