import { describe, expect, test } from "vitest";
import { createBudget } from "../../bin/verify/http/budget.ts";
import { createSender, type Sender } from "../../bin/verify/http/sender.ts";
import { startStage } from "./support/stage-server.ts";

const LIMITS = { requestsPerSecond: 1_000, maxRequests: 10, maxSeconds: 60 };

function senderTo(
  stageUrl: URL,
  limits = LIMITS,
  controller = new AbortController(),
): Sender {
  const { signal } = controller;
  return createSender({
    stageUrl,
    userAgent: "verify-test/1",
    budget: createBudget(limits, signal),
    signal,
  });
}

describe("a request", () => {
  test.each([
    "/acme/../globex",
    "/acme//globex/./x",
    "/acme/%2e%2E%2f\\globex",
    "/acme/..;x=1/globex?a=b",
  ])("goes over the wire as it is: %s", async (path) => {
    await using stage = await startStage((_, response) => response.end());
    await senderTo(stage.url).ask({ method: "GET", path });
    expect(stage.lines).toEqual([`GET /prod${path}`]);
  });

  test("has the whole address in its line when asked", async () => {
    await using stage = await startStage((_, response) => response.end());
    await senderTo(stage.url).ask({
      method: "GET",
      path: "/x",
      isAbsolute: true,
    });
    expect(stage.lines).toEqual([`GET ${stage.url.origin}/prod/x`]);
  });

  test("says whose it is, and sends a header twice when told to", async () => {
    await using stage = await startStage((_, response) => response.end());
    await senderTo(stage.url).ask({
      method: "GET",
      path: "/x",
      headers: [
        ["Authorization", "Bearer a"],
        ["Authorization", "Bearer b"],
      ],
    });
    const [raw = []] = stage.rawHeaders;
    expect(raw).toContain("verify-test/1");
    expect(raw.filter((text) => text.startsWith("Bearer"))).toEqual([
      "Bearer a",
      "Bearer b",
    ]);
  });

  test("is not repeated elsewhere when it is redirected", async () => {
    await using other = await startStage((_, response) => response.end());
    await using stage = await startStage((_, response) => {
      response.writeHead(302, { Location: other.url.href }).end();
    });
    const answer = await senderTo(stage.url).ask({ method: "GET", path: "/x" });
    expect(answer.status).toBe(302);
    expect(other.lines).toEqual([]);
  });

  test("is sent again after a 503 of the gateway's, and three times at most", async () => {
    await using stage = await startStage((_, response) => {
      response.writeHead(503, {
        "Content-Type": "application/json",
        "Retry-After": "0.01",
      });
      response.end('{"error":"unavailable"}');
    });
    const answer = await senderTo(stage.url).ask({ method: "GET", path: "/x" });
    expect(answer.kind).toBe("could_not_tell");
    expect(stage.lines).toHaveLength(3);
  });

  test("is the last when the stage throttles: a 429 is no refusal", async () => {
    await using stage = await startStage((_, response) => {
      response.writeHead(429, { "Retry-After": "0.01" }).end();
    });
    await expect(
      senderTo(stage.url).ask({ method: "GET", path: "/x" }),
    ).rejects.toMatchObject({ code: "budget_used_up" });
  });
});

describe("the limits", () => {
  test("end the run at so many requests", async () => {
    await using stage = await startStage((_, response) => response.end());
    const { ask } = senderTo(stage.url, { ...LIMITS, maxRequests: 2 });
    await ask({ method: "GET", path: "/1" });
    await ask({ method: "GET", path: "/2" });
    await expect(ask({ method: "GET", path: "/3" })).rejects.toThrow(
      "the limit of 2 requests",
    );
    expect(stage.lines).toHaveLength(2);
  });

  test("space the requests evenly, by the clock", async () => {
    const clock = { ms: 0 };
    const budget = createBudget(
      { requestsPerSecond: 50, maxRequests: 10, maxSeconds: 0.05 },
      new AbortController().signal,
      () => clock.ms,
    );
    // At 0, 20 and 40 ms; the fourth would be due at 60 ms, after the run must have ended.
    await budget.take();
    await budget.take();
    await budget.take();
    await expect(budget.take()).rejects.toThrow("the time limit of 0.05 s");
  });

  test("give way to an interruption at once", async () => {
    const controller = new AbortController();
    const budget = createBudget(LIMITS, controller.signal);
    const pause = budget.pause(50_000);
    controller.abort(new Error("interrupted"));
    await expect(pause).rejects.toThrow();
  });
});
