import { METHODS } from "node:http";
import { ownProperty, type JsonRecord } from "../../json.ts";
import type { RequestInput } from "../api.ts";
import { badRequest } from "../console-error.ts";
import { findText, getText, refuseOthers } from "../http/fields.ts";

type Headers = NonNullable<RequestInput["headers"]>;

const MAX_PATH = 8_000;
const MAX_HEADERS = 30;
/** RFC 9110 §5.6.2: a name is a token. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
/** RFC 9110 §5.5, without what lies outside ASCII. */
const HEADER_VALUE = /^[\x20-\x7e\t]{0,8000}$/;

/** What the form decides itself, and what frames the message (RFC 9112 §6): another value would be another request. */
const OURS = [
  "authorization",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Reads what to send. Where it goes is not part of it: the request line is ours but for the path, which begins with
 * a slash and holds nothing that could end it.
 */
export function parseRequestInput(body: JsonRecord): RequestInput {
  refuseOthers(body, ["token", "method", "path", "headers", "body"]);
  const method = getText(body, "method");
  // CONNECT makes a tunnel and not a request.
  if (!METHODS.includes(method) || method === "CONNECT") {
    throw badRequest("method is no HTTP method in capital letters");
  }
  const path = getText(body, "path");
  if (!path.startsWith("/")) throw badRequest("path must begin with /");
  if (path.length > MAX_PATH) {
    throw badRequest(`path is longer than ${MAX_PATH} characters`);
  }
  if (!/^[\x21-\x7e]+$/.test(path)) {
    throw badRequest(
      "path has a blank, a line break or a character outside ASCII: percent-encode it",
    );
  }
  const content = findText(body, "body");
  return {
    token: getText(body, "token"),
    method,
    path,
    headers: parseHeaders(ownProperty(body, "headers") ?? []),
    ...(content !== undefined && content !== "" && { body: content }),
  };
}

function parseHeaders(headers: unknown): Headers {
  if (!Array.isArray(headers) || headers.length > MAX_HEADERS) {
    throw badRequest(`headers is not a list of at most ${MAX_HEADERS}`);
  }
  return headers.map((header: unknown) => {
    const [name, value] = Array.isArray(header)
      ? (header as readonly unknown[])
      : [];
    if (typeof name !== "string" || !HEADER_NAME.test(name)) {
      throw badRequest("a header's name is not one that HTTP allows");
    }
    if (typeof value !== "string" || !HEADER_VALUE.test(value)) {
      throw badRequest(
        `the value of header ${name} has a line break, a control character or one outside ASCII`,
      );
    }
    if (OURS.includes(name.toLowerCase())) {
      throw badRequest(
        `header ${name} cannot be chosen: the token has its own field, and the rest frames the request`,
      );
    }
    return [name, value] as const;
  });
}
