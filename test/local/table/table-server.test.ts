import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SynthesizedStack } from "../../../local/stack.ts";
import {
  createTableClient,
  createTables,
  findTenantTable,
  putItems,
} from "../../../local/table/create-tables.ts";
import {
  startTableServer,
  type TableServer,
} from "../../../local/table/table-server.ts";
import { eventually } from "../functions/fixture-functions.ts";

const STACK: SynthesizedStack = {
  name: "fixture",
  region: "eu-central-1",
  account: "123456789012",
  partition: "aws",
  resources: new Map([
    [
      "Tenants",
      {
        logicalId: "Tenants",
        type: "AWS::DynamoDB::GlobalTable",
        properties: {
          TableName: "tenants",
          KeySchema: [{ AttributeName: "org_id", KeyType: "HASH" }],
          AttributeDefinitions: [
            { AttributeName: "org_id", AttributeType: "S" },
          ],
        },
      },
    ],
  ]),
  outputs: new Map(),
  assets: new Map(),
};

const ITEM = { org_id: { S: "org_acme" }, tenantId: { S: "acme" } };

let directory: string;
let server: TableServer;
const changes: boolean[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "table-test-"));
  server = await startTableServer({
    port: 0,
    directory,
    onChange: (isUp) => changes.push(isUp),
  });
});

afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function readRow(): Promise<unknown> {
  const client = createTableClient(server.endpoint, STACK.region);
  const { Item } = await client.send(
    new GetItemCommand({
      TableName: "tenants",
      Key: { org_id: ITEM.org_id },
      ConsistentRead: true,
    }),
  );
  return Item;
}

test("the table has the template's name and partition key, and keeps its rows over a kill", async () => {
  const client = createTableClient(server.endpoint, STACK.region);
  await createTables(client, STACK);
  const table = findTenantTable(STACK);
  expect(table).toEqual({ name: "tenants", partitionKey: "org_id" });
  await putItems(client, table.name, [ITEM]);
  expect(await readRow()).toEqual(ITEM);

  await server.stop();
  expect(server.isUp()).toBe(false);
  await expect(readRow()).rejects.toMatchObject({ code: "ECONNREFUSED" });

  await server.start();
  expect(await readRow()).toEqual(ITEM);
});

test("a kill from outside shows, and start brings the table back", async () => {
  changes.length = 0;
  process.kill(server.pid() ?? 0, "SIGKILL");
  await eventually(() => !server.isUp());
  await server.start();
  expect(changes).toEqual([false, true]);
  expect(server.isUp()).toBe(true);
});

describe("a table that is slow", () => {
  const ask = (): Promise<unknown> =>
    fetch(server.endpoint).then(({ status }) => status);
  /** Whether an answer is still out after a moment, in which it would have come. */
  const isHeldBack = (answer: Promise<unknown>): Promise<boolean> =>
    Promise.race([
      answer.then(
        () => false,
        () => false,
      ),
      setTimeout(100, true),
    ]);

  afterEach(async () => {
    server.setDelayMs(0);
    await server.start();
  });

  test("answers when the delay is taken off, with what the table holds by then", async () => {
    server.setDelayMs(30_000);
    let answer: Promise<unknown>;
    // The process hears of the delay a moment later.
    do {
      answer = readRow();
    } while (!(await isHeldBack(answer)));
    server.setDelayMs(0);
    expect(await answer).toEqual(ITEM);
  });

  test("is still so after a kill, and can be killed at once", async () => {
    server.setDelayMs(30_000);
    await server.stop();
    await server.start();
    expect(server.delayMs()).toBe(30_000);
    const answer = ask();
    expect(await isHeldBack(answer)).toBe(true);
    await server.stop();
    await expect(answer).rejects.toThrow();
  });

  test("is told no delay that cannot be", () => {
    expect(() => {
      server.setDelayMs(30_001);
    }).toThrow(RangeError);
    expect(server.delayMs()).toBe(0);
  });
});

test("a busy port is told with Node's code", async () => {
  const { port } = new URL(server.endpoint);
  await expect(
    startTableServer({ port: Number(port), directory: join(directory, "b") }),
  ).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test.each([
  { name: "a page of another site", headers: { origin: "http://evil.test" } },
  {
    name: "a name that was made to resolve here",
    headers: { host: "evil.test" },
  },
])("refuses a request from $name", async ({ headers }) => {
  const { request } = await import("node:http");
  const status = await new Promise((resolve, reject) => {
    request(server.endpoint, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
  expect(status).toBe(403);
});

test("does not outlive a parent that is killed", async () => {
  const module = new URL(
    "../../../local/table/table-server.ts",
    import.meta.url,
  );
  const parent = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `const { startTableServer } = await import(${JSON.stringify(module.href)});
       const server = await startTableServer({ port: 0, directory: ${JSON.stringify(join(directory, "orphan"))} });
       console.log(server.pid());`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once("data", (data: Buffer) => {
      resolve(Number(data.toString()));
    }),
  );
  parent.kill("SIGKILL");
  await eventually(() => {
    try {
      process.kill(pid, 0);
      return isZombie(pid);
    } catch {
      return true;
    }
  });
});

/** In a container whose first process collects no children, the dead keep their pid. */
function isZombie(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)]);
  return stdout.toString().startsWith("Z");
}
