import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonRecord } from "../../json.ts";
import { ConsoleError } from "../console-error.ts";
import { readJsonBody } from "./read-json-body.ts";
import { sendData, sendError } from "./send.ts";

/** `"POST /api/requests"` → what it does with the body, which is empty for a GET. */
export type ApiRoutes = Readonly<
  Record<string, (body: JsonRecord) => object | Promise<object>>
>;

const PREFIX = "/api/";

/** Answers what is below `/api/`, and says whether it did. Who asks has been checked before. */
export async function answerApi(
  routes: ApiRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { method = "", url = "" } = request;
  if (!url.startsWith(PREFIX)) return false;
  try {
    const name = `${method} ${url}`;
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    if (route === undefined) {
      throw new ConsoleError(
        404,
        "not_found",
        `no such route; there are ${Object.keys(routes).join(", ")}`,
      );
    }
    const body = method === "GET" ? {} : await readJsonBody(request);
    sendData(response, await route(body));
  } catch (error) {
    sendError(response, error);
  }
  return true;
}
