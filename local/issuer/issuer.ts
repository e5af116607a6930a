/**
 * A stand-in for Auth0 on oauth2-mock-server, which holds the keys, signs, and serves discovery; the routes that
 * Auth0 answers in its own way are replaced.
 *
 * One port speaks https and http. The issuer, its keys and its discovery are https only, with a certificate that
 * only a client told to trust it accepts. `POST /oauth/token` also answers over http, so that a curl line works as
 * it is typed, without naming a certificate.
 */
import {
  Events,
  OAuth2Issuer,
  OAuth2Service,
  type MutableResponse,
} from "oauth2-mock-server";
import { sendJson } from "../send-json.ts";
import type { Certificate } from "./certificate.ts";
import type { Directory } from "./directory.ts";
import { mintAccessToken, type MintOptions } from "./mint.ts";
import { createSigningKeys } from "./signing-keys.ts";
import { createTokenRoute } from "./token-route.ts";
import { createTwoProtocolServer } from "./two-protocol-server.ts";

export interface LocalIssuer {
  /** `iss`: with the trailing slash, as Auth0 writes it. */
  readonly url: string;
  /** `POST /oauth/token` over plain http. */
  readonly tokenUrl: string;
  readonly mint: (options: MintOptions) => Promise<string>;
  /** How often the JWKS has been fetched. */
  readonly countKeyFetches: () => number;
  readonly currentKid: () => string;
  readonly rotateKey: () => Promise<string>;
  readonly revokeKey: (kid: string) => void;
  readonly isUp: () => boolean;
  /** An outage: connections are refused until `start`. Keys stay. */
  readonly stop: () => Promise<void>;
  /** Listens again, on the same port. */
  readonly start: () => Promise<void>;
}

const TOKEN_PATH = "/oauth/token";
const JWKS_PATH = "/.well-known/jwks.json";

/** Rejects with Node's own error when the port is taken. */
export async function createIssuer(options: {
  /** 0 takes a free one. */
  readonly port: number;
  readonly certificate: Certificate;
  readonly directory: Directory;
  /** Called when an outage begins or ends. */
  readonly onChange?: (isUp: boolean) => void;
}): Promise<LocalIssuer> {
  const { directory, certificate } = options;
  const issuer = new OAuth2Issuer(true);
  // The library's own token and JWKS routes cannot be removed, so they are put where nobody looks.
  const service = new OAuth2Service(issuer, {
    token: "/unused/token",
    jwks: "/unused/jwks",
    introspect: "/unused/introspect",
    revoke: "/oauth/revoke",
    endSession: "/oidc/logout",
  });
  const keys = await createSigningKeys(issuer);
  let keyFetches = 0;
  service.addRoute("GET", JWKS_PATH, (_request, response) => {
    keyFetches += 1;
    sendJson(response, 200, { keys: keys.published() });
  });
  service.addRoute(
    "POST",
    TOKEN_PATH,
    createTokenRoute(() => url, directory, keys),
  );
  service.on(
    Events.BeforeWellKnownOpenIdConfiguration,
    (response: MutableResponse) => {
      response.body = describeProvider(response.body, url);
    },
  );

  const server = createTwoProtocolServer({
    ...certificate,
    onHttps: service.requestHandler,
    onHttp: (request, response) => {
      if (request.url === TOKEN_PATH) {
        service.requestHandler(request, response);
      } else {
        sendJson(response, 403, { error: "https_required" });
      }
    },
  });
  const port = await server.listen(options.port);
  const url = `https://localhost:${port}/`;
  issuer.url = url;
  let isUp = true;

  return {
    url,
    tokenUrl: `http://127.0.0.1:${port}${TOKEN_PATH}`,
    mint: (request) => mintAccessToken(request, url, directory, keys),
    countKeyFetches: () => keyFetches,
    currentKid: keys.currentKid,
    rotateKey: keys.rotate,
    revokeKey: keys.revoke,
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

/** The library's discovery document with what differs in Auth0's. */
function describeProvider(
  document: MutableResponse["body"],
  url: string,
): Record<string, unknown> {
  return {
    ...(document || {}),
    introspection_endpoint: undefined,
    token_endpoint: `${url}oauth/token`,
    jwks_uri: `${url}.well-known/jwks.json`,
    grant_types_supported: ["client_credentials", "password"],
    token_endpoint_auth_methods_supported: [
      "client_secret_basic",
      "client_secret_post",
      "none",
    ],
  };
}
