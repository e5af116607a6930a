import { VerifyError } from "../verify-error.ts";

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Names that never leave this machine. `localhost.example.com` is none. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * An address that tokens may be sent to: https, or http on loopback alone.
 *
 * @param name what the address is called where it was given
 * @throws VerifyError `url_refused`
 */
export function parseSafeUrl(text: string, name: string): URL {
  const url = URL.parse(text);
  if (url === null) {
    throw refuse(`${name} is not a URL such as https://api.acme.com/prod`);
  }
  if (url.username !== "" || url.password !== "") {
    throw refuse(`${name} holds a user name or password: take it out`);
  }
  const isHttpHere = url.protocol === "http:" && isLoopback(url);
  if (url.protocol !== "https:" && !isHttpHere) {
    throw refuse(
      `${name} must begin with https://, because tokens are sent there; http is for this machine's own addresses`,
    );
  }
  return url;
}

/**
 * The stage's base: everything that is asked lies below it.
 *
 * @throws VerifyError `url_refused`
 */
export function parseStageUrl(text: string): URL {
  const url = parseSafeUrl(text, "--url");
  if (url.search !== "" || url.hash !== "") {
    throw refuse("--url must not hold a query or a fragment");
  }
  return url;
}

function refuse(message: string): VerifyError {
  return new VerifyError("url_refused", message);
}
