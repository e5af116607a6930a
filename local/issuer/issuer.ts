/**
 * A stand-in for Auth0. oauth2-mock-server holds the keys and signs; the routes are ours, since what it answers at
 * them is what a test wants to hear, to every page in the world.
 *
 * One port speaks https and http. The issuer, its keys and its discovery are https only, with a certificate that
 * only a client told to trust it accepts. The rest also answers over http, so that a curl line works as it is typed
 * and a browser shows the sign-in page without a warning.
 */
import { OAuth2Issuer } from "oauth2-mock-server";
import { createAnswerDelay } from "../answer-delay.ts";
import type { Certificate } from "./certificate.ts";
import type { Directory } from "./directory.ts";
import { createIssuerContext } from "./issuer-context.ts";
import { mintAccessToken, type MintOptions } from "./mint.ts";
import { createRequestListener } from "./request-listener.ts";
import { createRoutes, TOKEN_PATH } from "./routes.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { createTwoProtocolServer } from "./two-protocol-server.ts";

export interface LocalIssuer {
  /** `iss`: with the trailing slash, as Auth0 writes it. */
  readonly url: string;
  /** Where a browser finds the same over plain http; no slash at the end. */
  readonly browserUrl: string;
  /** `POST /oauth/token` over plain http. */
  readonly tokenUrl: string;
  readonly mint: (options: MintOptions) => Promise<string>;
  /** Whom it knows. */
  readonly directory: Directory;
  /** How often the JWKS has been fetched. */
  readonly countKeyFetches: () => number;
  readonly currentKid: () => string;
  readonly nextKid: () => string;
  /** The ids of the keys in the JWKS. */
  readonly publishedKids: () => readonly string[];
  readonly rotateKey: () => Promise<string>;
  readonly revokeKey: (kid: string) => void;
  /** How long each answer of the JWKS is held back. */
  readonly delayMs: () => number;
  /** @throws RangeError for what is not a whole number from 0 to 30,000 */
  readonly setDelayMs: (ms: number) => void;
  readonly isUp: () => boolean;
  /** An outage: connections are refused until `start`. Keys stay. */
  readonly stop: () => Promise<void>;
  /** Listens again, on the same port. */
  readonly start: () => Promise<void>;
}

/** Rejects with Node's own error when the port is taken. */
export async function createIssuer(options: {
  /** 0 takes a free one. */
  readonly port: number;
  readonly certificate: Certificate;
  readonly directory: Directory;
  /** Called when an outage begins or ends. */
  readonly onChange?: (isUp: boolean) => void;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}): Promise<LocalIssuer> {
  const { directory, certificate, now = Date.now } = options;
  const issuer = new OAuth2Issuer(true);
  const keys = await createSigningKeys(issuer);
  const context = createIssuerContext({ url: () => url, now, directory, keys });
  const delay = createAnswerDelay();
  let keyFetches = 0;
  const routes = createRoutes(context, async () => {
    keyFetches += 1;
    await delay.wait();
    return keys.published();
  });
  const webOrigins = new Set(
    directory.applications.flatMap((application) => application.webOrigins),
  );
  const listen = (protocol: "http" | "https") =>
    createRequestListener({ routes, protocol, webOrigins });
  const server = createTwoProtocolServer({
    ...certificate,
    onHttps: listen("https"),
    onHttp: listen("http"),
  });
  const port = await server.listen(options.port);
  const url = `https://localhost:${port}/`;
  issuer.url = url;
  let isUp = true;

  return {
    url,
    browserUrl: `http://localhost:${port}`,
    tokenUrl: `http://127.0.0.1:${port}${TOKEN_PATH}`,
    mint: (request) => mintAccessToken(request, context),
    directory,
    countKeyFetches: () => keyFetches,
    currentKid: keys.currentKid,
    nextKid: keys.nextKid,
    publishedKids: () => keys.published().map(({ kid }) => kid),
    rotateKey: keys.rotate,
    revokeKey: keys.revoke,
    delayMs: delay.ms,
    setDelayMs: delay.set,
    isUp: () => isUp,
    stop: async () => {
      if (isUp) {
        isUp = false;
        await server.close();
        options.onChange?.(false);
      }
    },
    start: async () => {
      if (!isUp) {
        await server.listen(port);
        isUp = true;
        options.onChange?.(true);
      }
    },
  };
}
