/** The headers an integration receives from the client. */
import {
  findHeader,
  replaceHeaders,
  type GatewayRequest,
  type Header,
} from "../request.ts";

/**
 * Never passed on: the connection's own headers (RFC 9110 §7.6.1) and those AWS has been seen to drop. Headers that
 * the client nominates in `Connection` are passed on: were they dropped, it could strip what guards the backend.
 */
const DROPPED = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
]);

export function forwardedHeaders(request: GatewayRequest): readonly Header[] {
  const { headers, sourceIp, host, traceId } = request;
  const forwardedFor = findHeader(headers, "x-forwarded-for");
  return replaceHeaders(
    headers.filter(([name]) => !DROPPED.has(name.toLowerCase())),
    [
      [
        "X-Forwarded-For",
        forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`,
      ],
      ["X-Forwarded-Port", /:(\d+)$/.exec(host)?.[1] ?? "80"],
      ["X-Forwarded-Proto", "http"],
      ["X-Amzn-Trace-Id", traceId],
    ],
  );
}
