/** Reports what became of keys as CloudWatch metrics, in the embedded metric format. */
import { METRIC_NAMESPACE } from "../env-names.ts";
import type { KeysReport } from "../ports.ts";

/**
 * One line of JSON that CloudWatch Logs turns into metrics. Written to the stream itself: Lambda's console would wrap it,
 * and a wrapped one is not found.
 */
export function createKeysReport(
  write: (line: string) => void,
  dimensions: { readonly apiId: string; readonly stage: string },
  now: () => number,
): (report: KeysReport) => void {
  return (report) => {
    write(
      `${JSON.stringify({
        _aws: {
          Timestamp: now(),
          CloudWatchMetrics: [
            {
              Namespace: METRIC_NAMESPACE,
              Dimensions: [["apiId", "stage"]],
              Metrics: [
                { Name: "TenantKeysMade", Unit: "Count" },
                { Name: "TenantKeysRemoved", Unit: "Count" },
                { Name: "TenantsOverKeyLimit", Unit: "Count" },
              ],
            },
          ],
        },
        ...dimensions,
        TenantKeysMade: report.keysMade,
        TenantKeysRemoved: report.keysRemoved,
        TenantsOverKeyLimit: report.rowsOverLimit,
        ...(report.rowsOverLimit > 0 && { reason: "key_limit_reached" }),
        rowsConfirmed: report.rowsConfirmed,
        rowsLeft: report.rowsLeft,
      })}\n`,
    );
  };
}
