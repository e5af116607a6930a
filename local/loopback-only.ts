import type { IncomingMessage } from "node:http";

/**
 * Whether a request to a server on loopback can only come from this machine's own tools. A page in a browser can
 * reach loopback too: under a name it made resolve there (DNS rebinding), which shows in Host, or with a cross-site
 * request, which shows in Origin. `ownOrigins` are the pages we serve ourselves.
 */
export function isFromThisMachine(
  { headers }: IncomingMessage,
  ownOrigins: readonly string[] = [],
): boolean {
  const hostname = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;
  return (
    hostname.test(headers.host ?? "") &&
    (headers.origin === undefined || ownOrigins.includes(headers.origin))
  );
}
