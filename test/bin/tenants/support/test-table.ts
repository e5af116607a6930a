/** A DynamoDB table in this process, and the local run's own description of it. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import type { Item } from "../../../../bin/tenants/records/plain-record.ts";

export const STAGE_ARN =
  "arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod";

export interface TestTable {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly name: string;
  /** `--endpoints FILE`, to be put before a command. */
  readonly options: string;
  readonly directory: string;
  readonly put: (items: readonly Item[]) => Promise<void>;
  readonly get: (key: string) => Promise<Item | undefined>;
  readonly all: () => Promise<readonly Item[]>;
  readonly close: () => Promise<void>;
}

export async function startTestTable(
  options: {
    readonly tenantClaim?: string;
    /** More of what `.local/endpoints.json` says. */
    readonly endpoints?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<TestTable> {
  const { tenantClaim = "azp" } = options;
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const name = "tenants";
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: tenantClaim, KeyType: "HASH" }],
      AttributeDefinitions: [
        { AttributeName: tenantClaim, AttributeType: "S" },
      ],
    }),
  );
  const directory = await mkdtemp(join(tmpdir(), "tenants-test-"));
  const file = join(directory, "endpoints.json");
  await writeFile(
    file,
    JSON.stringify({
      gateway: "http://gateway.test/prod",
      issuer: "https://issuer.test/",
      oauthToken: "http://issuer.test/oauth/token",
      dynamodb: endpoint,
      region: "eu-central-1",
      tableName: name,
      tenantClaim,
      audience: "https://api.test",
      stageArn: STAGE_ARN,
      apiGateway: "http://apigateway.test",
      plans: [],
      tenants: [],
      ...options.endpoints,
    }),
  );
  return {
    client,
    endpoint,
    name,
    options: `--endpoints ${file}`,
    directory,
    put: async (items) => {
      for (let start = 0; start < items.length; start += 25) {
        const requests = items
          .slice(start, start + 25)
          .map((item) => ({ PutRequest: { Item: { ...item } } }));
        await client.send(
          new BatchWriteItemCommand({ RequestItems: { [name]: requests } }),
        );
      }
    },
    get: async (key) => {
      const { Item: item } = await client.send(
        new GetItemCommand({
          TableName: name,
          Key: { [tenantClaim]: { S: key } },
        }),
      );
      return item;
    },
    all: async () =>
      (await client.send(new ScanCommand({ TableName: name }))).Items ?? [],
    close: async () => {
      client.destroy();
      server.close();
      server.closeAllConnections();
      await rm(directory, { recursive: true });
    },
  };
}

/** A good record of acme's, but for the overrides; `undefined` takes an attribute away. */
export function item(
  key: string,
  overrides: Readonly<Record<string, AttributeValue | undefined>> = {},
): Item {
  const record: Readonly<Record<string, AttributeValue | undefined>> = {
    azp: { S: key },
    tenantId: { S: "acme" },
    status: { S: "active" },
    routes: { SS: ["* /acme/*"] },
    ...overrides,
  };
  return Object.fromEntries(
    Object.entries(record).filter(
      (entry): entry is [string, AttributeValue] => entry[1] !== undefined,
    ),
  );
}
