import { expect, test } from "vitest";
import { startLocalRun } from "../../../local/local-run.ts";
import { SynthesisError } from "../../../local/synthesize.ts";
import { call, mintFresh } from "./run-client.ts";

test.each(["org_id", "https://example.test/tenant"])(
  "with %s naming the tenant the seed's tokens and rows agree",
  async (tenantClaim) => {
    const run = await startLocalRun({ context: { tenantClaim } });
    try {
      expect(run.endpoints.tenantClaim).toBe(tenantClaim);
      const token = await mintFresh(run, "Acme import");
      expect(await call(run, "/acme/orders", token)).toMatchObject({
        status: 200,
        body: { tenant: { tenantId: "acme" } },
      });
      expect((await call(run, "/globex/invoices", token)).status).toBe(403);
    } finally {
      await run.stop();
    }
  },
  60_000,
);

test("what the CDK app refuses is told in its own words", async () => {
  const start = startLocalRun({ context: { backendUrl: "nonsense" } });
  await expect(start).rejects.toThrow(SynthesisError);
  await expect(start).rejects.toThrow('backend URL "nonsense" is not');
});
