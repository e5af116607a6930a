import {
  APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  GetResourcesCommand,
  GetRestApisCommand,
} from "@aws-sdk/client-api-gateway";
import { expect, onTestFinished, test } from "vitest";
import { startControlPlane } from "../../../local/control-plane/control-plane.ts";
import {
  API,
  API_ID,
  PROXY_ID,
  ROOT_ID,
  stackOf,
  startGateway,
} from "../gateway/support.ts";

async function setUp() {
  const { gateway, send, authorizerEvents } = await startGateway();
  let nowMs = 1_767_225_600_000;
  const controlPlane = await startControlPlane({
    port: 0,
    stack: stackOf(API),
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
  const flush = (restApiId = API_ID, stageName = "prod") =>
    client.send(
      new FlushStageAuthorizersCacheCommand({ restApiId, stageName }),
    );
  return {
    controlPlane,
    client,
    flush,
    send,
    authorizerEvents,
    wait: (ms: number) => (nowMs += ms),
  };
}

test("a flush is taken on with 202, and the authorizer is asked again", async () => {
  const { flush, send, authorizerEvents, controlPlane } = await setUp();
  await send();
  await send();
  expect(authorizerEvents).toHaveLength(1);
  const { $metadata } = await flush();
  expect($metadata.httpStatusCode).toBe(202);
  await send();
  expect(authorizerEvents).toHaveLength(2);
  expect(controlPlane.flushes).toEqual([
    { apiId: API_ID, stageName: "prod", results: 1, atMs: 1_767_225_600_000 },
  ]);
});

test.each([
  {
    name: "API",
    restApiId: "aaaaaaaaaa",
    stageName: "prod",
    message: "Invalid API identifier specified 123456789012:aaaaaaaaaa",
  },
  {
    name: "stage",
    restApiId: API_ID,
    stageName: "beta",
    message: "Invalid stage identifier specified",
  },
])(
  "an unknown $name is not found, and nothing is flushed",
  async ({ restApiId, stageName, message }) => {
    const { flush, controlPlane } = await setUp();
    await expect(flush(restApiId, stageName)).rejects.toMatchObject({
      name: "NotFoundException",
      message,
      $metadata: { httpStatusCode: 404 },
    });
    expect(controlPlane.flushes).toEqual([]);
  },
);

test("40 calls may come at once, then 10 a second", async () => {
  const { flush, wait, controlPlane } = await setUp();
  const many = (count: number) =>
    Promise.allSettled(Array.from({ length: count }, () => flush()));
  const isThrottled = (result: PromiseSettledResult<unknown>) =>
    result.status === "rejected" &&
    (result.reason as Error).name === "TooManyRequestsException" &&
    (result.reason as { $metadata: { httpStatusCode: number } }).$metadata
      .httpStatusCode === 429;
  const atOnce = await many(45);
  expect(atOnce.filter(isThrottled)).toHaveLength(5);
  wait(1000);
  expect((await many(12)).filter(isThrottled)).toHaveLength(2);
  expect(controlPlane.flushes).toHaveLength(50);
});

test("the SDK's own retries get through a short throttling", async () => {
  const { controlPlane, flush, wait } = await setUp();
  await Promise.all(Array.from({ length: 40 }, () => flush()));
  const patient = new APIGatewayClient({
    endpoint: controlPlane.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 5,
  });
  setTimeout(() => wait(100), 50);
  await patient.send(
    new FlushStageAuthorizersCacheCommand({
      restApiId: API_ID,
      stageName: "prod",
    }),
  );
  expect(controlPlane.flushes).toHaveLength(41);
});

test("the API's resources are listed with the methods' names", async () => {
  const { client } = await setUp();
  const { items, position } = await client.send(
    new GetResourcesCommand({ restApiId: API_ID }),
  );
  expect(items).toEqual([
    { id: ROOT_ID, path: "/", resourceMethods: { ANY: {} } },
    {
      id: PROXY_ID,
      parentId: ROOT_ID,
      path: "/{proxy+}",
      pathPart: "{proxy+}",
      resourceMethods: { ANY: {} },
    },
  ]);
  expect(position).toBeUndefined();
});

test("with embed the methods are told too, and pages lead on", async () => {
  const { client } = await setUp();
  const list = (position?: string) =>
    client.send(
      new GetResourcesCommand({
        restApiId: API_ID,
        embed: ["methods"],
        limit: 1,
        position,
      }),
    );
  const first = await list();
  expect(first.items).toHaveLength(1);
  expect(first.items?.[0]?.resourceMethods).toMatchObject({
    ANY: { httpMethod: "ANY", authorizationType: "CUSTOM" },
  });
  const second = await list(first.position);
  expect(second.items?.[0]?.path).toBe("/{proxy+}");
  expect(second.position).toBeUndefined();
});

test("what it does not emulate is refused by name", async () => {
  const { client } = await setUp();
  await expect(client.send(new GetRestApisCommand({}))).rejects.toMatchObject({
    name: "UnknownOperationException",
    message: expect.stringContaining("GET /restapis") as string,
    $metadata: { httpStatusCode: 404 },
  });
});

test.each([
  { name: "an unsigned request", headers: {}, status: 403 },
  {
    name: "a page of another site",
    headers: {
      authorization: "AWS4-HMAC-SHA256 Credential=a",
      origin: "http://evil.test",
    },
    status: 403,
  },
])("$name flushes nothing", async ({ headers, status }) => {
  const { controlPlane } = await setUp();
  const response = await fetch(
    `${controlPlane.url}/restapis/${API_ID}/stages/prod/cache/authorizers`,
    { method: "DELETE", headers },
  );
  expect(response.status).toBe(status);
  expect(await response.json()).toHaveProperty("message");
  expect(controlPlane.flushes).toEqual([]);
});
