import type { ServerResponse } from "node:http";
import type { ApiError } from "../api.ts";
import { ConsoleError } from "../console-error.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

export function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    "Content-Type": contentType,
    // The rest of a body that was refused is not read: nothing else can come over this connection.
    ...(status === 413 && { Connection: "close" }),
  });
  response.end(body);
}

export function sendData(response: ServerResponse, data: object): void {
  send(response, 200, "application/json", JSON.stringify(data));
}

export function sendError(response: ServerResponse, error: unknown): void {
  const { status, code, message } =
    error instanceof ConsoleError
      ? error
      : new ConsoleError(500, "console_fault", String(error));
  const body: ApiError = { error: code, message };
  send(response, status, "application/json", JSON.stringify(body));
}
