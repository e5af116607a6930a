import { dirname, join } from "node:path";
import { attest } from "../../../bin/verify/attest.ts";
import type { Report } from "../../../bin/verify/report/report.ts";
import type { Bounds } from "../../../bin/verify/target/target.ts";
import { createLocalTarget } from "../../../bin/verify/target/local-target.ts";
import {
  startLocalRun,
  type LocalRunOptions,
} from "../../../local/local-run.ts";

const LIMITS = { requestsPerSecond: 500, maxRequests: 2_000, maxSeconds: 120 };

/** Attests a local run of its own. Bounds in seconds, for variants that break them. */
export async function attestRun(
  options: LocalRunOptions,
  bounds: Bounds,
): Promise<Report> {
  const run = await startLocalRun(options);
  try {
    const { signal } = new AbortController();
    const directory = dirname(run.endpoints.caCertificate);
    const target = await createLocalTarget({
      file: join(directory, "endpoints.json"),
      limits: LIMITS,
      signal,
      bounds,
    });
    const [acme, globex] = target.tenants;
    return await attest({
      // Two tenants show what three do, in half of the requests.
      target: {
        ...target,
        tenants: [acme, globex],
        ...(target.suspension && {
          suspension: { ...target.suspension, tenant: globex },
        }),
      },
      signal,
      isUnsafeAllowed: false,
      repeat: "npm run verify -- --local",
      warn: (text) => {
        throw new Error(text);
      },
    });
  } finally {
    await run.stop();
  }
}
