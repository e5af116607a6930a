/** Asks dynalite without a connection in between: bytes in, bytes out. */
import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from "node:http";
import { Readable } from "node:stream";
import { isRecord, ownProperty } from "../json.ts";
import type { WireItem } from "./attribute-values.ts";

export interface WireRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string | number])[];
  readonly body: string;
}

export type CallDynalite = (request: WireRequest) => Promise<WireResponse>;

/** `listener` is dynalite's own; it uses of request and response no more than is given to it here. */
export function createDynaliteCall(listener: RequestListener): CallDynalite {
  return ({ method, url, headers, body }) =>
    new Promise((resolve) => {
      const request = Object.assign(
        Readable.from(body.length > 0 ? [body] : []),
        { method, url, headers },
      );
      const sent: [string, string | number][] = [];
      const response = {
        statusCode: 200,
        setHeader: (name: string, value: string | number) => {
          sent.push([name, value]);
        },
        end: (text = "") => {
          resolve({ status: response.statusCode, headers: sent, body: text });
        },
      };
      listener(
        request as unknown as IncomingMessage,
        response as unknown as ServerResponse & {
          req: IncomingMessage;
        },
      );
    });
}

export async function readItem(
  call: CallDynalite,
  tableName: string,
  key: WireItem,
): Promise<WireItem | undefined> {
  const { status, body } = await call({
    method: "POST",
    url: "/",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.GetItem",
      "x-amz-date": "20260101T000000Z",
      // dynalite looks at the form alone.
      authorization:
        "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local",
    },
    body: Buffer.from(JSON.stringify({ TableName: tableName, Key: key })),
  });
  // A key that cannot be read cannot be written either: there is no item before and none after.
  if (status === 400) return undefined;
  if (status !== 200) throw new Error(`GetItem was answered with ${status}`);
  const item = ownProperty(JSON.parse(body), "Item");
  return isRecord(item) ? item : undefined;
}
