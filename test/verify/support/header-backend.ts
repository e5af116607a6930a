import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface HeaderBackend extends AsyncDisposable {
  readonly url: string;
}

/** A backend that shows which headers it was sent, the token left out. */
export async function startHeaderBackend(): Promise<HeaderBackend> {
  const server = createServer((request, response) => {
    const headers = { ...request.headers, authorization: undefined };
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ path: request.url, headers }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
