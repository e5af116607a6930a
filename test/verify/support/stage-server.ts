import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

export interface StageServer extends AsyncDisposable {
  readonly url: URL;
  /** Every request line so far. */
  readonly lines: readonly string[];
  /** The headers of each, as they came. */
  readonly rawHeaders: readonly (readonly string[])[];
}

/** A stage of a test's own, on loopback. */
export async function startStage(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<StageServer> {
  const lines: string[] = [];
  const rawHeaders: (readonly string[])[] = [];
  const server = createServer((request, response) => {
    lines.push(`${request.method ?? ""} ${request.url ?? ""}`);
    rawHeaders.push(request.rawHeaders);
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/prod`),
    lines,
    rawHeaders,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
