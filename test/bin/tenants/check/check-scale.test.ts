/** A healthy table of 10,000 rows, read in pages and segments as a large one is. */
import { expect, test } from "vitest";
import type { World } from "../../../../bin/tenants/world.ts";
import { item } from "../support/test-table.ts";
import { NOW, run, stubClient } from "../support/test-world.ts";

const ROWS = 10_000;
const PAGE = 500;

const healthy = Array.from({ length: ROWS }, (_, index) => {
  const tenantId = `tenant-${String(index).padStart(5, "0")}`;
  return item(`client${index}`, {
    tenantId: { S: tenantId },
    routes: {
      SS: [
        `* /${tenantId}/*`,
        `!* /${tenantId}/internal/*`,
        `DELETE /admin/${tenantId}/users/* delete:users`,
        "GET /shared/catalogue",
      ],
    },
    require: { M: { org_id: { S: `org_${index}` } } },
  });
});

interface ScanInput {
  readonly Segment: number;
  readonly TotalSegments: number;
  readonly ExclusiveStartKey?: { readonly at: number };
}

test("finds nothing in 10,000 healthy rows, says how far it is, and takes less than 60 s", async () => {
  const { client } = stubClient({
    DescribeTableCommand: () => ({
      Table: {
        KeySchema: [{ AttributeName: "azp", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "azp", AttributeType: "S" }],
      },
    }),
    ScanCommand: (input: ScanInput) => {
      const from = input.ExclusiveStartKey?.at ?? 0;
      const rows = healthy.filter(
        (_, index) => index % input.TotalSegments === input.Segment,
      );
      const page = rows.slice(from, from + PAGE);
      const isLast = from + PAGE >= rows.length;
      return {
        Items: page,
        ScannedCount: page.length,
        ...(!isLast && { LastEvaluatedKey: { at: from + PAGE } }),
      };
    },
  });
  const startedAt = performance.now();
  let calls = 0;
  const { exitCode, stdout, stderr } = await run(
    "--table tenants check --json",
    {
      // Every look at the clock is half a second later, so that progress is due.
      now: () => NOW * 1_000 + (calls += 500),
      aws: { dynamoDb: () => client } as unknown as World["aws"],
    },
  );
  expect(JSON.parse(stdout)).toMatchObject({
    records: ROWS,
    errors: 0,
    warnings: 0,
    findings: [],
  });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^read [\d,]+ records …$/m);
  expect(performance.now() - startedAt).toBeLessThan(60_000);
});
