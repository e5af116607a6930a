import type { IncomingMessage } from "node:http";

/**
 * Whether a request to a server on loopback can only come from this machine's own tools. A page in a browser can
 * reach loopback too: under a name it made resolve there (DNS rebinding), which shows in Host, or with a cross-site
 * request, which shows in Origin. `ownOrigins` are the pages we serve ourselves.
 */
export function isFromThisMachine(
  request: IncomingMessage,
  ownOrigins: readonly string[] = [],
): boolean {
  const { origin } = request.headers;
  return (
    isForThisMachine(request) &&
    (origin === undefined || ownOrigins.includes(origin))
  );
}

/** The half of it that looks at Host: no name that somebody made resolve here. */
export function isForThisMachine({ headers }: IncomingMessage): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headers.host ?? "");
}
