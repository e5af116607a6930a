import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  FLUSH_BUDGET,
  type FlushBudget,
  createApiGatewayClient,
  createFlush,
} from "../../../../lambda/tenant-changes/adapters/authorizer-cache.ts";

const STAGE = { restApiId: "abcdef1234", stageName: "prod" };

/** API Gateway's control plane, on the loopback. */
let origin = "";
let close: () => void = () => undefined;
let answer: RequestListener;
let requests: string[];

beforeEach(async () => {
  requests = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "id");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_ENDPOINT_URL_API_GATEWAY", origin);
});
afterEach(() => {
  close();
});

async function flush(budget: Partial<FlushBudget> = {}): Promise<void> {
  const all = { ...FLUSH_BUDGET, ...budget };
  await createFlush(createApiGatewayClient(all), STAGE, all)();
}

/** Answers with these statuses one after another, the last one from then on. */
function answerWith(...statuses: readonly (readonly [number, string])[]): void {
  answer = (_request, response) => {
    const [status = 500, type = ""] =
      statuses[Math.min(requests.length, statuses.length) - 1] ?? [];
    response.writeHead(status, {
      "x-amzn-errortype": type,
      "x-amzn-requestid": "11111111-2222",
    });
    response.end(status === 202 ? "" : '{"message":"the token was Bearer x"}');
  };
}

test("a flush deletes the stage's authorizer cache and nothing else", async () => {
  answerWith([202, ""]);
  await flush();
  expect(requests).toEqual([
    "DELETE /restapis/abcdef1234/stages/prod/cache/authorizers",
  ]);
});

describe("a flush is tried again", () => {
  test.each<[string, number, string]>([
    ["when it is throttled", 429, "TooManyRequestsException"],
    ["when API Gateway fails", 500, "InternalFailure"],
    ["when API Gateway is unavailable", 503, "ServiceUnavailableException"],
  ])("%s", async (_name, status, type) => {
    answerWith([status, type], [202, ""]);
    await flush();
    expect(requests).toHaveLength(2);
  });

  test("as often as its budget says", async () => {
    answerWith([500, "InternalFailure"]);
    await expect(flush({ attempts: 2 })).rejects.toThrow();
    expect(requests).toHaveLength(2);
  });

  test("when an attempt is not answered in time", async () => {
    answer = (_request, response) => {
      if (requests.length > 1) response.writeHead(202).end();
    };
    await flush({ attemptMs: 50 });
    expect(requests).toHaveLength(2);
  });
});

describe("a flush fails", () => {
  test("at once when it is not allowed, with what an operator needs and none of the answer's words", async () => {
    answerWith([403, "AccessDeniedException"]);
    await expect(flush()).rejects.toMatchObject({
      code: "flush_failed",
      message:
        "the authorizer cache was not flushed: AccessDeniedException, status 403, request 11111111-2222",
    });
    expect(requests).toHaveLength(1);
  });

  test("when the stage is gone", async () => {
    answerWith([404, "NotFoundException"]);
    await expect(flush()).rejects.toThrow(/NotFoundException, status 404/);
  });

  test("when its time is over, whatever is still tried", async () => {
    answer = () => undefined;
    const startedAtMs = performance.now();
    await expect(flush({ totalMs: 100 })).rejects.toMatchObject({
      code: "flush_failed",
    });
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });

  test("when nobody listens", async () => {
    close();
    await expect(flush({ attempts: 1 })).rejects.toMatchObject({
      code: "flush_failed",
    });
  });
});
