/** Reports flushes as CloudWatch metrics, in the embedded metric format. */
import type { FlushReport } from "../create-tenant-changes.ts";
import { METRIC_NAMESPACE } from "../env-names.ts";

/**
 * One line of JSON that CloudWatch Logs turns into metrics (CloudWatch guide, "Embedded metric format
 * specification"). Written to the stream itself: Lambda's console would wrap it, and a wrapped one is not found.
 */
export function createFlushReport(
  write: (line: string) => void,
  dimensions: { readonly apiId: string; readonly stage: string },
  now: () => number,
): (report: FlushReport) => void {
  return ({ changes, ignored, flushes, revocationLagSeconds }) => {
    write(
      `${JSON.stringify({
        _aws: {
          Timestamp: now(),
          CloudWatchMetrics: [
            {
              Namespace: METRIC_NAMESPACE,
              Dimensions: [["apiId", "stage"]],
              Metrics: [
                { Name: "RevocationLagSeconds", Unit: "Seconds" },
                { Name: "AuthorizerCacheFlushes", Unit: "Count" },
                { Name: "TenantChanges", Unit: "Count" },
              ],
            },
          ],
        },
        ...dimensions,
        RevocationLagSeconds: revocationLagSeconds,
        AuthorizerCacheFlushes: flushes,
        TenantChanges: changes,
        ignoredChanges: ignored,
      })}\n`,
    );
  };
}
