import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalRun, type LocalRun } from "../../../local/local-run.ts";
import { call, mintFresh } from "./run-client.ts";

describe("a stack with a canary", () => {
  let run: LocalRun;
  beforeAll(async () => {
    run = await startLocalRun({
      context: { canary: "true", provisionedConcurrency: 1 },
    });
  }, 60_000);
  afterAll(() => run.stop());

  test("runs locally: the authorizer is invoked by its alias, and decides", async () => {
    const uris = [...run.stack.resources.values()]
      .filter(({ type }) => type === "AWS::ApiGateway::Authorizer")
      .map(({ properties }) => properties["AuthorizerUri"]);
    expect(uris).toEqual([
      expect.stringMatching(/:function:[^:]+:live\/invocations$/),
    ]);
    const token = await mintFresh(run, "Acme web app");
    expect((await call(run, "/acme/orders", token)).status).toBe(200);
    expect((await call(run, "/globex/orders", token)).status).toBe(403);
  });
});
