import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import { call, mintFresh } from "./run-client.ts";

describe("a stack with a candidate in the shadow", () => {
  let run: LocalRun;
  beforeAll(async () => {
    run = await startLocalRun({
      context: {
        canary: "true",
        shadowEnvironment: '{"MAX_TOKEN_LIFETIME_SECONDS":"60"}',
      },
    });
  }, 60_000);
  afterAll(() => run.stop());

  const messages = (): readonly Readonly<Record<string, unknown>>[] =>
    run.functions.logs
      .filter(({ line }) => line.includes("shadow"))
      .map(({ line }) => JSON.parse(line) as { message: never })
      .map(({ message }) => message);

  test("runs locally, frozen between its invocations: what differs is logged, and no answer is another", async () => {
    await expect
      .poll(
        async () => {
          const token = await mintFresh(run, "Acme web app");
          expect((await call(run, "/acme/orders", token)).status).toBe(200);
          return messages();
        },
        { timeout: 40_000, interval: 100 },
      )
      .toContainEqual(
        expect.objectContaining({
          shadow: "difference",
          live: { outcome: "allow" },
          candidate: {
            outcome: "unauthenticated",
            reason: "lifetime_not_allowed",
          },
        }),
      );
  }, 60_000);
});
