/** The gateway's answer before it is written; bodies are buffered, as API Gateway REST APIs do. */
import {
  validateHeaderName,
  validateHeaderValue,
  type ServerResponse,
} from "node:http";
import type { Header } from "./request.ts";

export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

export function jsonResponse(status: number, value: unknown): HttpResponse {
  return {
    status,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** Whether Node would take the header; a line break in a value would otherwise become a header of its own. */
export function isSendableHeader([name, value]: Header): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    // Both validators throw for "no"; there is nothing else they could mean.
    return false;
  }
}

export function writeResponse(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
): void {
  const byName = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of headers) {
    const known = byName.get(name.toLowerCase()) ?? { name, values: [] };
    known.values.push(value);
    byName.set(name.toLowerCase(), known);
  }
  response.statusCode = status;
  for (const { name, values } of byName.values()) {
    response.setHeader(name, values.length === 1 ? values.join() : values);
  }
  // RFC 9110 §8.6: neither status has a body, nor a length of one.
  if (status !== 204 && status !== 304) {
    response.setHeader("Content-Length", body.length);
  }
  response.end(body);
}
