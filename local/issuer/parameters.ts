import type { IncomingMessage } from "node:http";
import { isRecord } from "../json.ts";

/** Of a query or a body. What is empty counts as absent (RFC 6749 §3.1), and what is not text as well. */
export interface RequestParameters {
  readonly find: (name: string) => string | undefined;
  /** Names of those that stand there more than once, as none may (RFC 6749 §3.1, §3.2). */
  readonly repeated: readonly string[];
}

/** A request that cannot be read; its answer is `error` and the message. */
export class UnreadableRequest extends Error {
  readonly code = "invalid_request";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const NO_PARAMETERS: RequestParameters = fromPairs([]);

export function fromQuery(query: string): RequestParameters {
  return fromPairs([...new URLSearchParams(query)]);
}

const MAX_BODY_BYTES = 65_536;

/**
 * A form or a JSON object; nothing when neither is announced.
 *
 * @throws UnreadableRequest for malformed JSON, or more than 64 KiB
 */
export async function fromBody(
  request: IncomingMessage,
): Promise<RequestParameters> {
  const type = request.headers["content-type"] ?? "";
  const body = await readBody(request);
  if (type.startsWith("application/x-www-form-urlencoded")) {
    return fromQuery(body);
  }
  if (!type.startsWith("application/json")) {
    return NO_PARAMETERS;
  }
  const parsed = parseJson(body);
  if (!isRecord(parsed)) {
    throw new UnreadableRequest(400, "the body is not a JSON object");
  }
  return fromPairs(
    Object.entries(parsed).filter(
      (pair): pair is [string, string] => typeof pair[1] === "string",
    ),
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Read to its end all the same: who is still sending does not hear an answer.
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (length > MAX_BODY_BYTES) {
    throw new UnreadableRequest(
      413,
      `the body is over ${MAX_BODY_BYTES} bytes`,
    );
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRequest(400, "the body is not JSON");
  }
}

function fromPairs(
  pairs: readonly (readonly [string, string])[],
): RequestParameters {
  const values = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of pairs) {
    if (values.has(name)) repeated.add(name);
    values.set(name, value);
  }
  return {
    repeated: [...repeated],
    find: (name) => {
      const value = values.get(name);
      return value === "" || repeated.has(name) ? undefined : value;
    },
  };
}
