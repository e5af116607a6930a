/** DynamoDB's GetItem on a real socket, healthy until told otherwise. */
import {
  type IncomingMessage,
  type ServerResponse,
  createServer,
} from "node:http";
import { json } from "node:stream/consumers";
import { isJsonObject, own } from "../../lambda/core/json.ts";
import { openPort } from "./switchable-port.ts";

export type TableFault =
  | { readonly on: "port"; readonly port: "refuse" | "swallow" }
  /** The connections that are kept open are gone, or nobody is at their other end; new ones are well. */
  | { readonly on: "kept"; readonly kept: "reset" | "half-open" }
  | { readonly on: "http"; readonly answer: (response: ServerResponse) => void }
  /** The table is well, and holds this for every key. */
  | {
      readonly on: "record";
      readonly item: Readonly<Record<string, unknown>>;
    };

const answer = (respond: (response: ServerResponse) => void): TableFault => ({
  on: "http",
  answer: respond,
});

/** An error as DynamoDB sends it: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const failure = (
  status: number,
  name: string,
  { namespace = "com.amazonaws.dynamodb.v20120810", headers = {} } = {},
): TableFault =>
  answer((response) =>
    response
      .writeHead(status, { ...AWS_JSON, ...headers })
      .end(JSON.stringify({ __type: `${namespace}#${name}`, message: name })),
  );

const AWS_JSON = { "content-type": "application/x-amz-json-1.0" };

/** By which DynamoDB, or the way to it, says "not now". A last good record may serve. */
export const TABLE_OUTAGES = {
  refused: { on: "port", port: "refuse" },
  "black hole": { on: "port", port: "swallow" },
  hang: answer(() => undefined),
  drip: answer((response) => {
    response.writeHead(200, AWS_JSON);
    const timer = setInterval(() => response.write(" "), 100);
    response.once("close", () => {
      clearInterval(timer);
    });
  }),
  "throttled (provisioned)": failure(
    400,
    "ProvisionedThroughputExceededException",
  ),
  "throttled (account)": failure(400, "ThrottlingException", {
    namespace: "com.amazon.coral.availability",
  }),
  "throttled, slowly": answer((response) => {
    setTimeout(() => {
      response
        .writeHead(400, AWS_JSON)
        .end('{"__type":"com.amazon.coral.availability#ThrottlingException"}');
    }, 430);
  }),
  "503, retry-after 60": failure(503, "ServiceUnavailable", {
    headers: { "retry-after": "60" },
  }),
  "500": failure(500, "InternalServerError"),
  "502 with HTML": answer((response) =>
    response
      .writeHead(502, { "content-type": "text/html" })
      .end("<!doctype html>"),
  ),
  "reset mid-answer": answer((response) => {
    response.writeHead(200, { ...AWS_JSON, "content-length": 1_000 });
    response.write('{"Item":{"azp":', () => response.socket?.destroy());
  }),
} as const satisfies Record<string, TableFault>;

/** By which somebody, or something, said "no" or "nonsense": never answered from an older record. */
export const TABLE_REFUSALS = {
  "access denied": failure(400, "AccessDeniedException", {
    namespace: "com.amazon.coral.service",
  }),
  "missing table": failure(400, "ResourceNotFoundException"),
  "key schema differs": failure(400, "ValidationException", {
    namespace: "com.amazon.coral.validate",
  }),
  "expired credentials": failure(400, "ExpiredTokenException", {
    namespace: "com.amazon.coral.service",
  }),
  "malformed JSON with 200": answer((response) =>
    response.writeHead(200, AWS_JSON).end('{"Item":{"azp":{"S":"x"}'),
  ),
} as const satisfies Record<string, TableFault>;

/** The connection that was kept since the last read is of no use any more. */
export const KEPT_CONNECTION_FAULTS = {
  "kept connection reset": { on: "kept", kept: "reset" },
  "kept connection half-open": { on: "kept", kept: "half-open" },
} as const satisfies Record<string, TableFault>;

export interface FaultyTable extends AsyncDisposable {
  /** As in AWS_ENDPOINT_URL_DYNAMODB. */
  readonly url: string;
  /** Reads that arrived. */
  readonly reads: () => number;
  readonly put: (item: Readonly<Record<string, unknown>>) => void;
  readonly delete: () => void;
  readonly fail: (fault: TableFault) => Promise<void>;
  readonly heal: () => Promise<void>;
}

/** A table that holds one item, whatever the key. */
export async function startFaultyTable(
  first: Readonly<Record<string, unknown>>,
): Promise<FaultyTable> {
  let item: Readonly<Record<string, unknown>> | undefined = first;
  let fault: TableFault | undefined;
  let reads = 0;
  /** Sockets on which nobody answers any more. */
  const deaf = new WeakSet<object>();
  const open = new Set<object>();

  async function serve(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    reads += 1;
    const read: unknown = await json(request);
    if (deaf.has(request.socket)) return;
    if (fault?.on === "http") {
      fault.answer(response);
      return;
    }
    // Only as the design has it: an older record must not follow a flush.
    const isConsistent =
      isJsonObject(read) && own(read, "ConsistentRead") === true;
    const found = fault?.on === "record" ? fault.item : item;
    response
      .writeHead(isConsistent ? 200 : 400, AWS_JSON)
      .end(JSON.stringify(found === undefined ? {} : { Item: found }));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  const port = await openPort((socket) => {
    open.add(socket);
    server.emit("connection", socket);
  });

  return {
    url: `http://127.0.0.1:${port.port}`,
    reads: () => reads,
    put: (next) => {
      item = next;
    },
    delete: () => {
      item = undefined;
    },
    fail: async (next) => {
      fault = next;
      if (next.on === "port") {
        await (next.port === "refuse" ? port.refuse() : port.swallow());
        return;
      }
      await port.open();
      if (next.on === "kept" && next.kept === "reset") port.resetConnections();
      if (next.on === "kept" && next.kept === "half-open") {
        for (const socket of open) deaf.add(socket);
      }
    },
    heal: async () => {
      fault = undefined;
      await port.open();
    },
    [Symbol.asyncDispose]: async () => {
      await port.close();
      server.close();
    },
  };
}
