import { expect, test } from "vitest";
import { createKeysReport } from "../../../../lambda/tenant-keys/adapters/keys-metrics.ts";

const REPORT = {
  keysMade: 2,
  keysRemoved: 1,
  rowsConfirmed: 3,
  rowsOverLimit: 0,
  rowsLeft: 4,
};

function lineOf(report = REPORT): Readonly<Record<string, unknown>> {
  const lines: string[] = [];
  const dimensions = { apiId: "abcdef1234", stage: "prod" };
  createKeysReport(
    (line) => lines.push(line),
    dimensions,
    () => 17,
  )(report);
  return JSON.parse(lines.join("")) as Readonly<Record<string, unknown>>;
}

test("a report is one line with the metrics by API and stage", () => {
  expect(lineOf()).toEqual({
    _aws: {
      Timestamp: 17,
      CloudWatchMetrics: [
        {
          Namespace: "Auth0TenantAuthorizer",
          Dimensions: [["apiId", "stage"]],
          Metrics: [
            { Name: "TenantKeysMade", Unit: "Count" },
            { Name: "TenantKeysRemoved", Unit: "Count" },
            { Name: "TenantsOverKeyLimit", Unit: "Count" },
          ],
        },
      ],
    },
    apiId: "abcdef1234",
    stage: "prod",
    TenantKeysMade: 2,
    TenantKeysRemoved: 1,
    TenantsOverKeyLimit: 0,
    rowsConfirmed: 3,
    rowsLeft: 4,
  });
});

test("tenants without a key come with the reason", () => {
  expect(lineOf({ ...REPORT, rowsOverLimit: 5 })).toMatchObject({
    TenantsOverKeyLimit: 5,
    reason: "key_limit_reached",
  });
});
