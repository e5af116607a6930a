import { expect, test } from "vitest";
import { startLocalRun } from "../../../local/local-run.ts";
import { SynthesisError } from "../../../local/synthesize.ts";

test("what the CDK app refuses is told in its own words", async () => {
  const start = startLocalRun({ context: { backendUrl: "nonsense" } });
  await expect(start).rejects.toThrow(SynthesisError);
  await expect(start).rejects.toThrow('backend URL "nonsense" is not');
});
