import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import { type Answer, call, mintFresh } from "./run-client.ts";

const APPLICATION = "Acme web app";

describe("a stack with firewall, domain, key and tags", () => {
  let run: LocalRun;
  beforeAll(async () => {
    run = await startLocalRun({
      context: {
        waf: "true",
        domainName: "api.acme.com",
        certificateArn:
          "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000",
        hostedZoneId: "Z0123456789ABC",
        kmsKeyArn: "true",
        tags: { team: "platform" },
        reservedConcurrency: 1,
      },
    });
  }, 60_000);
  afterAll(() => run.stop());

  test("runs locally, where there is no domain", async () => {
    expect(run.stack.outputs.get("ApiUrl")).toBe("https://api.acme.com/");
    expect(run.endpoints.gateway).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/prod$/);
    const token = await mintFresh(run, APPLICATION);
    expect(await call(run, "/acme/orders", token)).toMatchObject({
      status: 200,
      body: { tenant: { tenantId: "acme" } },
    });
  });

  test("answers 503 to whom the authorizer's concurrency is not enough for, and not for long", async () => {
    const { token, answer } = await crowd(run);
    expect(answer).toMatchObject({
      status: 503,
      body: { error: "unavailable" },
    });
    expect(answer.headers.get("retry-after")).toBe("5");
    // What could not be told is not kept.
    const again = await call(run, "/acme/orders", token);
    expect(again.status).toBe(200);
  });
});

/** New tokens all at once, until one of them finds the authorizer's only environment taken. */
async function crowd(
  run: LocalRun,
): Promise<{ readonly token: string; readonly answer: Answer }> {
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const token = await mintFresh(run, APPLICATION);
        return { token, answer: await call(run, "/acme/orders", token) };
      }),
    );
    const refused = answers.find(({ answer }) => answer.status !== 200);
    if (refused !== undefined) return refused;
  }
  throw new Error("none of 160 requests was refused");
}
