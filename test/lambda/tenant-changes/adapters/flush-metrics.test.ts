import { expect, test } from "vitest";
import { createFlushReport } from "../../../../lambda/tenant-changes/adapters/flush-metrics.ts";

const NOW_MS = 1_800_000_000_000;

test("a report is one line in the embedded metric format", () => {
  const lines: string[] = [];
  const report = createFlushReport(
    (line) => lines.push(line),
    { apiId: "abcdef1234", stage: "prod" },
    () => NOW_MS,
  );
  report({ changes: 3, ignored: 1, flushes: 2, revocationLagSeconds: 8.1 });

  const [line = ""] = lines;
  expect(lines).toHaveLength(1);
  expect(line).toMatch(/^[^\n]*\n$/);
  expect(JSON.parse(line)).toEqual({
    _aws: {
      Timestamp: NOW_MS,
      CloudWatchMetrics: [
        {
          Namespace: "Auth0TenantAuthorizer",
          Dimensions: [["apiId", "stage"]],
          Metrics: [
            { Name: "RevocationLagSeconds", Unit: "Seconds" },
            { Name: "AuthorizerCacheFlushes", Unit: "Count" },
            { Name: "TenantChanges", Unit: "Count" },
          ],
        },
      ],
    },
    apiId: "abcdef1234",
    stage: "prod",
    RevocationLagSeconds: 8.1,
    AuthorizerCacheFlushes: 2,
    TenantChanges: 3,
    ignoredChanges: 1,
  });
});
