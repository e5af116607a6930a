import {
  createServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { isFromThisMachine } from "./loopback-only.ts";
import type { LocalConsole } from "./console/console.ts";
import { readJsonBody } from "./console/http/read-json-body.ts";
import { sendData, sendError } from "./console/http/send.ts";
import type { JsonRecord } from "./json.ts";
import { sendJson } from "./send-json.ts";

/** `"POST /table/down"` → what it does; the answer is the run's status after it. */
export type ControlActions = Readonly<Record<string, () => Promise<void>>>;

const MINT_ROUTE = "POST /tokens";

export interface ControlServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * The run's switches over HTTP, for scripts and drills: `GET /status`, the actions given, and `POST /tokens`; and the
 * console, for people. It changes what other programs see, so it takes requests from this machine's own tools and from the
 * console's own page only, never from a page of another site.
 */
export async function startControlServer(options: {
  /** 0 takes a free one. */
  readonly port: number;
  readonly actions: ControlActions;
  readonly describeStatus: () => Readonly<Record<string, unknown>>;
  /** `POST /tokens`: signs an access token that the token endpoint would not give, such as one that expired. */
  readonly mint: (body: JsonRecord) => Promise<object>;
  readonly console: LocalConsole;
}): Promise<ControlServer> {
  const { actions, describeStatus, mint } = options;

  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const { port } = server.address() as AddressInfo;
    const ownOrigins = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
    if (!isFromThisMachine(request, ownOrigins)) {
      sendJson(response, 403, { error: "not_from_this_machine" });
      return;
    }
    if (await options.console.answer(request, response)) return;
    const route = `${request.method} ${request.url}`;
    if (route === MINT_ROUTE) {
      try {
        sendData(response, await mint(await readJsonBody(request)));
      } catch (error) {
        sendError(response, error);
      }
      return;
    }
    if (route !== "GET /status") {
      const action = Object.hasOwn(actions, route) ? actions[route] : undefined;
      if (action === undefined) {
        const routes = ["GET /status", MINT_ROUTE, ...Object.keys(actions)];
        sendJson(response, 404, { error: "not_found", routes });
        return;
      }
      await action();
    }
    sendJson(response, 200, describeStatus());
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      sendJson(response, 500, { error: String(error) });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      options.console.close();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}
