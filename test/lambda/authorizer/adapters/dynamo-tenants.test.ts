import { type IncomingMessage, createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  TABLE_READ_BUDGET,
  type TableReadBudget,
  createDynamoClient,
  createTenantReader,
} from "../../../../lambda/authorizer/adapters/dynamo-tenants.ts";
import type { ReadItem } from "../../../../lambda/authorizer/adapters/tenant-cache.ts";
import { tenantItem } from "../../../support/records.ts";
import { CLIENT_ID } from "../../../support/tokens.ts";

/** More time than a busy machine needs: a case that is not about time has enough. */
const PATIENT = {
  totalMs: 10_000,
  connectMs: 10_000,
  attemptMs: 10_000,
  pauseMs: 1,
};
const TABLE = { tableName: "tenants", keyAttribute: "azp" };

/** A reader over a client whose `send` does this. */
function readerOver(send: (...args: unknown[]) => Promise<unknown>): {
  read: (key: string) => Promise<ReadItem>;
  sent: unknown[][];
} {
  const sent: unknown[][] = [];
  const client = {
    send: (...args: unknown[]) => {
      sent.push(args);
      return send(...args);
    },
  } as unknown as DynamoDBClient;
  return { read: createTenantReader(client, TABLE, TABLE_READ_BUDGET), sent };
}

describe("a read", () => {
  test("asks for one item by the tenant claim, strongly consistent, with a limit of time", async () => {
    const { read, sent } = readerOver(() =>
      Promise.resolve({ Item: tenantItem() }),
    );
    expect(await read(CLIENT_ID)).toEqual({ kind: "item", item: tenantItem() });
    const [command, options] = sent[0] ?? [];
    expect(command).toBeInstanceOf(GetItemCommand);
    expect((command as GetItemCommand).input).toEqual({
      TableName: "tenants",
      Key: { azp: { S: CLIENT_ID } },
      ConsistentRead: true,
    });
    expect(options).toEqual({
      abortSignal: expect.any(AbortSignal) as unknown,
    });
  });

  test("that brings no item is an absent tenant", async () => {
    const { read } = readerOver(() => Promise.resolve({}));
    expect(await read(CLIENT_ID)).toEqual({ kind: "absent" });
  });

  test("that brings an empty item is an item, for the parser to judge", async () => {
    const { read } = readerOver(() => Promise.resolve({ Item: {} }));
    expect(await read(CLIENT_ID)).toEqual({ kind: "item", item: {} });
  });
});

describe("a second attempt", () => {
  test("brings the item when the outage was short", async () => {
    const outcomes = [
      () => Promise.reject(errorOf("ThrottlingException")),
      () => Promise.resolve({ Item: tenantItem() }),
    ];
    const { read, sent } = readerOver(() => (outcomes.shift() ?? fail)());
    expect(await read(CLIENT_ID)).toEqual({ kind: "item", item: tenantItem() });
    // One budget for both.
    expect(sent[1]).toEqual(sent[0]);
  });

  test("is the last", async () => {
    const { read, sent } = readerOver(() =>
      Promise.reject(errorOf("ThrottlingException")),
    );
    await read(CLIENT_ID);
    expect(sent).toHaveLength(2);
  });

  test("is not made of what will not change", async () => {
    const { read, sent } = readerOver(() =>
      Promise.reject(errorOf("AccessDeniedException")),
    );
    await read(CLIENT_ID);
    expect(sent).toHaveLength(1);
  });

  const fail = (): Promise<never> => Promise.reject(new Error("a third"));
});

const errorOf = (name: string, extra: object = {}): Error =>
  Object.assign(new Error("message"), { name, ...extra });

describe("an error", () => {
  test.each([
    ...[
      "AbortError",
      "TimeoutError",
      "InternalServerError",
      "LimitExceededException",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "ServiceUnavailable",
      "ServiceUnavailableException",
      "ThrottlingException",
    ].map((name) => ({ name, error: errorOf(name) })),
    ...[
      "EAI_AGAIN",
      "ECONNABORTED",
      "ECONNREFUSED",
      "ECONNRESET",
      "EHOSTUNREACH",
      "ENETUNREACH",
      "ENOTFOUND",
      "EPIPE",
      "ETIMEDOUT",
    ].map((code) => ({ name: code, error: errorOf("Error", { code }) })),
    {
      name: "status 500",
      error: errorOf("UnknownError", { $metadata: { httpStatusCode: 500 } }),
    },
    {
      name: "status 503",
      error: errorOf("UnknownError", { $metadata: { httpStatusCode: 503 } }),
    },
  ])("is an outage when it is $name", async ({ error }) => {
    const { read } = readerOver(() => Promise.reject(error));
    expect(await read(CLIENT_ID)).toEqual({
      kind: "unavailable",
      isTransient: true,
    });
  });

  test.each([
    ...[
      "AccessDeniedException",
      "ResourceNotFoundException",
      "ValidationException",
      "UnrecognizedClientException",
      "ExpiredTokenException",
      "CredentialsProviderError",
      "TypeError",
    ].map((name) => ({
      name,
      error: errorOf(name, { $metadata: { httpStatusCode: 400 } }),
    })),
    {
      name: "a certificate that nobody vouches for",
      error: errorOf("Error", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
    },
    { name: "no error at all", error: "down" as unknown as Error },
    {
      name: "no error, though it is named like an outage",
      error: { name: "TimeoutError" } as Error,
    },
    { name: "nothing", error: null as unknown as Error },
  ])("is no outage when it is $name", async ({ error }) => {
    const { read } = readerOver(() => Promise.reject(error));
    expect(await read(CLIENT_ID)).toEqual({
      kind: "unavailable",
      isTransient: false,
    });
  });
});

describe("over a real socket", () => {
  let server: Server | undefined;
  const requests: IncomingMessage[] = [];

  beforeEach(() => {
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  });
  afterEach(() => {
    requests.splice(0);
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  /** Reads from a table that answers like this. */
  async function readFrom(
    listener: RequestListener | "nothing",
    budget: TableReadBudget = PATIENT,
  ): Promise<ReadItem> {
    server = createServer((request, response) => {
      requests.push(request);
      if (listener !== "nothing") listener(request, response);
    });
    const listening = server;
    await new Promise<void>((resolve) =>
      listening.listen(0, "127.0.0.1", resolve),
    );
    const { port } = listening.address() as AddressInfo;
    return await readFromPort(port, budget);
  }

  async function readFromPort(
    port: number,
    budget: TableReadBudget = PATIENT,
  ): Promise<ReadItem> {
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${port}`);
    const client = createDynamoClient(budget);
    const result = await createTenantReader(client, TABLE, budget)(CLIENT_ID);
    client.destroy();
    return result;
  }

  const answer =
    (statusCode: number, body: string): RequestListener =>
    (_request, response) => {
      response.writeHead(statusCode, {
        "content-type": "application/x-amz-json-1.0",
      });
      response.end(body);
    };

  test("the item comes as it stands in the table", async () => {
    const result = await readFrom(
      answer(200, JSON.stringify({ Item: tenantItem() })),
    );
    expect(result).toEqual({ kind: "item", item: tenantItem() });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers["x-amz-target"]).toBe(
      "DynamoDB_20120810.GetItem",
    );
  });

  test.each([
    {
      name: "hangs",
      listener: "nothing" as const,
      budget: { ...PATIENT, attemptMs: TABLE_READ_BUDGET.attemptMs },
      tries: 2,
    },
    {
      name: "fails",
      listener: answer(500, '{"__type":"InternalServerError"}'),
      tries: 2,
    },
    {
      name: "answers with a page of its load balancer's",
      listener: answer(503, "<html>"),
      tries: 2,
    },
    {
      name: "throttles",
      listener: answer(
        400,
        '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}',
      ),
      tries: 2,
    },
    {
      name: "drips",
      listener: ((_request, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(" "), 50);
        response.on("close", () => {
          clearInterval(drip);
        });
      }) as RequestListener,
      budget: { ...PATIENT, totalMs: TABLE_READ_BUDGET.totalMs },
      tries: 1,
    },
    {
      name: "hangs up",
      listener: (request) => request.socket.destroy(),
      tries: 2,
    },
  ])(
    "a table that $name is an outage, after a retry at most",
    async ({ listener, budget, tries }) => {
      expect(await readFrom(listener, budget)).toEqual({
        kind: "unavailable",
        isTransient: true,
      });
      expect(requests).toHaveLength(tries);
    },
  );

  test("the budget has room for two attempts, and for the check of a record within a second", () => {
    const { totalMs, attemptMs, pauseMs } = TABLE_READ_BUDGET;
    expect(2 * attemptMs + pauseMs).toBeLessThan(totalMs);
    expect(totalMs).toBeLessThan(1_000);
  });

  test("a table that is not there is an outage", async () => {
    expect(await readFromPort(1)).toEqual({
      kind: "unavailable",
      isTransient: true,
    });
  });

  test.each([
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ValidationException",
  ])("%s is no outage, and is not tried again", async (type) => {
    const result = await readFrom(
      answer(
        400,
        JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}` }),
      ),
    );
    expect(result).toEqual({ kind: "unavailable", isTransient: false });
    expect(requests).toHaveLength(1);
  });

  test("an answer that is cut short is never a tenant, nor an absent one", async () => {
    const body = JSON.stringify({ Item: tenantItem() });
    const result = await readFrom((_request, response) => {
      response.writeHead(200, { "content-length": body.length });
      response.write(body.slice(0, -20));
      setTimeout(() => response.destroy(), 20);
    });
    expect(result.kind).toBe("unavailable");
  });

  test("an answer that is no JSON is never a tenant, nor an absent one", async () => {
    const result = await readFrom(answer(200, "<html>"));
    expect(result.kind).toBe("unavailable");
  });
});
