import type { IncomingMessage } from "node:http";
import { isRecord, type JsonRecord } from "../../json.ts";
import { badRequest, ConsoleError } from "../console-error.ts";

const MAX_BODY_BYTES = 64 * 1024;
const JSON_TYPE = /^application\/json *(?:;|$)/i;

/**
 * Reads a JSON object. A form in a page of another site can post text, but not this content type: the browser would
 * ask us first, and we never answer that question.
 */
export async function readJsonBody(
  request: IncomingMessage,
): Promise<JsonRecord> {
  if (!JSON_TYPE.test(request.headers["content-type"] ?? "")) {
    throw new ConsoleError(
      415,
      "unsupported_media_type",
      "send the body as application/json",
    );
  }
  const body = parse(await readText(request));
  if (!isRecord(body)) throw badRequest("the body is not a JSON object");
  return body;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // A request that is destroyed takes its socket along, and nobody would see the answer.
  const body = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      request.resume();
      throw new ConsoleError(
        413,
        "body_too_large",
        `the body is over ${MAX_BODY_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest("the body is not JSON");
  }
}
