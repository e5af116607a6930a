/** The door of the issuer: who may ask what, over which protocol, and from which page. */
import type {
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from "node:http";
import { isForThisMachine } from "../loopback-only.ts";
import { sendJson } from "../send-json.ts";
import { fromBody, fromQuery, UnreadableRequest } from "./parameters.ts";
import type { Route, Routes } from "./route.ts";

export interface RequestListenerOptions {
  readonly routes: Routes;
  readonly protocol: "http" | "https";
  /** Origins whose pages may call the routes that take callers from them. */
  readonly webOrigins: ReadonlySet<string>;
}

export function createRequestListener(
  options: RequestListenerOptions,
): RequestListener {
  return (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      if (error instanceof UnreadableRequest) {
        const { code, message, status } = error;
        refuse(response, status, code, message);
      } else {
        refuse(response, 500, "server_error", String(error));
      }
    });
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: RequestListenerOptions,
): Promise<void> {
  const { routes, protocol, webOrigins } = options;
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (!isForThisMachine(request)) {
    const description = "the Host header names no address of this machine";
    refuse(response, 403, "not_from_this_machine", description);
    return;
  }
  const { method = "", url = "" } = request;
  const [path, query] = splitAtFirst(url, "?");
  const methods = ["GET", "POST"].filter((name) =>
    routes.has(`${name} ${path}`),
  );
  const [firstMethod] = methods;
  const route = routes.get(
    `${method === "OPTIONS" ? firstMethod : method} ${path}`,
  );
  if (route === undefined) {
    if (firstMethod === undefined) {
      refuse(response, 404, "not_found", "there is nothing at this path");
    } else {
      response.setHeader("Allow", [...methods, "OPTIONS"].join(", "));
      refuse(response, 405, "method_not_allowed", "see the Allow header");
    }
    return;
  }
  const { origin, host } = request.headers;
  const ownOrigin = `${protocol}://${host ?? ""}`;
  if (!mayCall(route, origin, ownOrigin, webOrigins)) {
    const description = "the Origin header names no page that may call this";
    refuse(response, 403, "origin_not_allowed", description);
    return;
  }
  if (route.callers === "web_origins") {
    allowReading(response, origin, webOrigins);
  }
  if (route.isHttpsOnly === true && protocol === "http") {
    refuse(response, 403, "https_required", "this is served over https alone");
    return;
  }
  if (method === "OPTIONS") {
    answerPreflight(response, methods);
    return;
  }
  if (route.isCacheable === true) {
    response.removeHeader("Cache-Control");
  }
  const parameters =
    method === "GET" ? fromQuery(query) : await fromBody(request);
  await route.answer({ request, response, parameters });
}

function mayCall(
  { callers }: Route,
  origin: string | undefined,
  ownOrigin: string,
  webOrigins: ReadonlySet<string>,
): boolean {
  if (origin === undefined) return callers !== "own_form";
  return (
    origin === ownOrigin ||
    (callers === "web_origins" && webOrigins.has(origin))
  );
}

function allowReading(
  response: ServerResponse,
  origin: string | undefined,
  webOrigins: ReadonlySet<string>,
): void {
  response.setHeader("Vary", "Origin");
  if (origin !== undefined && webOrigins.has(origin)) {
    response.setHeader("Access-Control-Allow-Origin", origin);
    response.setHeader("Access-Control-Expose-Headers", "WWW-Authenticate");
  }
}

/** https://fetch.spec.whatwg.org/#cors-preflight-fetch; `auth0-client` is what Auth0's SDKs say of themselves. */
function answerPreflight(
  response: ServerResponse,
  methods: readonly string[],
): void {
  response.writeHead(204, {
    "Access-Control-Allow-Methods": methods.join(", "),
    "Access-Control-Allow-Headers": "authorization, content-type, auth0-client",
    "Access-Control-Max-Age": "600",
  });
  response.end();
}

function refuse(
  response: ServerResponse,
  status: number,
  error: string,
  description: string,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendJson(response, status, { error, error_description: description });
}

function splitAtFirst(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index === -1
    ? [text, ""]
    : [text.slice(0, index), text.slice(index + 1)];
}
