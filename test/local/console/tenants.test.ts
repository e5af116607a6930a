/** Rows as they are shown, and the writes that change them. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  type UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { changeAccess } from "../../../local/console/tenants/change-access.ts";
import { describeTenants } from "../../../local/console/tenants/describe-tenants.ts";
import type { Item } from "../../../local/table/create-tables.ts";
import type { TableServer } from "../../../local/table/table-server.ts";

const TABLE = { name: "tenants", partitionKey: "azp" };
const ROW: Item = {
  azp: { S: "client" },
  tenantId: { S: "acme" },
  status: { S: "active" },
  routes: { SS: ["* /acme/*"] },
};

describe("a row", () => {
  test.each([
    { name: "good", change: {}, shown: {} },
    {
      name: "with a status of another type",
      change: { status: { BOOL: true } },
      shown: { status: "true" },
    },
    {
      name: "without a status",
      change: { status: undefined },
      shown: { status: "" },
    },
    {
      name: "with routes in a list, and something else among them",
      change: { routes: { L: [{ S: "GET /a" }, { N: "1" }] } },
      shown: { routes: ["GET /a"] },
    },
    {
      name: "without routes",
      change: { routes: undefined },
      shown: { routes: [] },
    },
    {
      name: "with times",
      change: {
        expiresAt: { N: "1767225600" },
        tokensValidAfter: { S: "soon" },
      },
      shown: {
        attributes: [
          ["expiresAt", "1767225600 (2026-01-01T00:00:00Z)"],
          ["tokensValidAfter", "soon"],
        ],
      },
    },
    {
      name: "with rules",
      change: { require: { M: { org_id: { S: "org_1" }, n: { N: "1" } } } },
      shown: { attributes: [["require", '{"org_id":"org_1","n":"1"}']] },
    },
  ])("$name is shown as it stands", ({ change, shown }) => {
    const row = Object.fromEntries(
      Object.entries({ ...ROW, ...change }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as Item;
    expect(describeTenants([row], [], TABLE)).toEqual([
      {
        tenantId: "acme",
        records: [
          {
            key: "client",
            status: "active",
            routes: ["* /acme/*"],
            attributes: [],
            ...shown,
          },
        ],
      },
    ]);
  });

  test("that names no tenant stands with its like", () => {
    const rows = [
      { azp: { S: "b" } },
      ROW,
      { azp: { S: "a" }, tenantId: { N: "1" } },
    ];
    expect(
      describeTenants(rows, [], TABLE).map(({ tenantId, records }) => [
        tenantId,
        records.map(({ key }) => key),
      ]),
    ).toEqual([
      ["", ["a", "b"]],
      ["acme", ["client"]],
    ]);
  });
});

describe("a change of access", () => {
  const write = async (
    rows: readonly Item[],
    kind: "suspend" | "resume" | "log_out",
    send: (command: UpdateItemCommand) => Promise<unknown> = () =>
      Promise.resolve({}),
    isUp: () => boolean = () => true,
  ): Promise<readonly UpdateItemCommand["input"][]> => {
    const inputs: UpdateItemCommand["input"][] = [];
    const client = {
      send: (command: UpdateItemCommand) => {
        inputs.push(command.input);
        return send(command);
      },
    } as unknown as DynamoDBClient;
    const server = { isUp } as TableServer;
    await changeAccess({ client, server, table: TABLE }, "acme", rows, kind);
    return inputs;
  };

  test("is one conditional write for each record", async () => {
    const inputs = await write(
      [ROW, { ...ROW, azp: { S: "other" } }],
      "suspend",
    );
    expect(inputs.map(({ Key }) => Key)).toEqual([
      { azp: { S: "client" } },
      { azp: { S: "other" } },
    ]);
    expect(inputs[0]).toEqual({
      TableName: "tenants",
      Key: { azp: { S: "client" } },
      UpdateExpression: "SET #attribute = :value",
      ConditionExpression: "attribute_exists(#key) AND #tenantId = :tenantId",
      ExpressionAttributeNames: {
        "#attribute": "status",
        "#key": "azp",
        "#tenantId": "tenantId",
      },
      ExpressionAttributeValues: {
        ":value": { S: "suspended" },
        ":tenantId": { S: "acme" },
      },
    });
  });

  test.each([
    { name: "is now, rounded up", before: undefined, isKept: false },
    { name: "is now, where it was earlier", before: "1", isKept: false },
    { name: "stays, where it is later", before: "4102444800", isKept: true },
    {
      name: "is now, where it stood in milliseconds",
      before: "4102444800000",
      isKept: false,
    },
  ])("a log-out's moment $name", async ({ before, isKept }) => {
    const earliest = Math.ceil(Date.now() / 1000);
    const row = {
      ...ROW,
      ...(before !== undefined && { tokensValidAfter: { N: before } }),
    };
    const [input] = await write([row], "log_out");
    const latest = Math.ceil(Date.now() / 1000);
    const written = Number(input?.ExpressionAttributeValues?.[":value"]?.N);
    expect(written).toBeGreaterThanOrEqual(isKept ? Number(before) : earliest);
    expect(written).toBeLessThanOrEqual(isKept ? Number(before) : latest);
  });

  const conflict = new ConditionalCheckFailedException({
    message: "",
    $metadata: {},
  });
  test.each([
    {
      name: "of a record that has become another's",
      fault: conflict,
      isUp: true,
      error: {
        status: 409,
        code: "record_changed",
        message: expect.stringContaining(
          "1 of 2 records were written",
        ) as string,
      },
    },
    {
      name: "with a table that goes down",
      fault: new Error("socket hang up"),
      isUp: false,
      error: {
        status: 503,
        code: "table_down",
        message: expect.stringContaining(
          "1 of 2 records were written",
        ) as string,
      },
    },
    {
      name: "with a fault that nobody knows",
      fault: new Error("odd"),
      isUp: true,
      error: { message: "odd" },
    },
  ])("$name says how far it came", async ({ fault, isUp, error }) => {
    let writes = 0;
    const written = write(
      [ROW, ROW],
      "suspend",
      () => {
        writes += 1;
        return writes === 1 ? Promise.resolve({}) : Promise.reject(fault);
      },
      () => isUp || writes < 2,
    );
    await expect(written).rejects.toMatchObject(error);
  });
});
