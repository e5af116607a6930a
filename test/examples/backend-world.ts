/** One local run with one example backend, which is there twice: taking the gateway's word, and with a second line. */
import { startLocalRun, type LocalRun } from "../../local/local-run.ts";
import { mintFresh } from "../local/run/run-client.ts";
import { TENANT_HEADERS } from "./backend-cases.ts";
import type { BackendProcess } from "./backend-process.ts";
import { startRelay, type Relay } from "./relay.ts";
import { bearer, send, type Answer, type Header } from "./send.ts";
import { mintToken } from "./token-cases.ts";

export interface BackendOptions {
  readonly corsOrigin?: string;
  /** The second line; it is off without. */
  readonly secondLine?: {
    readonly issuer: string;
    readonly audience: string;
    /** The certificate to trust for the issuer. */
    readonly caFile: string;
  };
}

export type StartBackend = (options: BackendOptions) => Promise<BackendProcess>;

export interface BackendWorld {
  readonly run: LocalRun;
  /** Between the gateway and the backend; it leads to `plain`. */
  readonly relay: Relay;
  readonly plain: BackendProcess;
  readonly guarded: BackendProcess;
  /** Another with a second line, which has not asked for the keys yet. */
  readonly startGuarded: () => Promise<BackendProcess>;
  /** Of a key that was revoked before anybody asked for the keys. */
  readonly unpublishedKid: string;
  /** A good token of the caller whom `TENANT_HEADERS` name. */
  readonly mintGood: () => Promise<string>;
  /** With a token of this application's that is new to the gateway. */
  readonly askGateway: (
    path: string,
    headers?: readonly Header[],
    application?: string,
  ) => Promise<Answer>;
  /** `OWN_PATH` of a backend with a second line, with `TENANT_HEADERS` and this token. */
  readonly askGuarded: (
    token: string,
    backend?: BackendProcess,
  ) => Promise<Answer>;
  /** Every token that a backend may have seen. */
  readonly tokens: readonly string[];
  /** What all backends have printed. */
  readonly printed: () => string;
}

/** The one origin of the plain backend and of the run. */
export const ORIGIN = "https://app.acme.test";
export const OWN_PATH = "/acme/orders";

/** What has started is in `resources`, also when a later part fails. */
export async function startBackendWorld(
  startBackend: StartBackend,
  resources: AsyncDisposableStack,
): Promise<BackendWorld> {
  const backends: BackendProcess[] = [];
  const tokens: string[] = [];
  const start = async (options: BackendOptions): Promise<BackendProcess> => {
    const backend = await startBackend(options);
    resources.defer(backend.stop);
    backends.push(backend);
    return backend;
  };
  const remember = (token: string): string => {
    tokens.push(token);
    return token;
  };

  const relay = await startRelay();
  resources.defer(relay.close);
  const plain = await start({ corsOrigin: ORIGIN });
  relay.pointTo(plain.url);

  const run = await startLocalRun({
    context: {
      backendUrl: relay.url,
      // There is no TLS to show it in, but the run must start with it.
      backendClientCertificate: "true",
      corsOrigins: ORIGIN,
    },
  });
  resources.defer(run.stop);
  const unpublishedKid = run.issuer.currentKid();
  await run.issuer.rotateKey();
  run.issuer.revokeKey(unpublishedKid);

  const { issuer, audience, caCertificate: caFile } = run.endpoints;
  const startGuarded = (): Promise<BackendProcess> =>
    start({ secondLine: { issuer, audience, caFile } });
  const guarded = await startGuarded();

  return {
    run,
    relay,
    plain,
    guarded,
    startGuarded,
    unpublishedKid,
    mintGood: async () => remember(await mintToken(run)),
    askGateway: async (path, headers = [], application = "Acme import") => {
      const token = remember(await mintFresh(run, application));
      return send(run.endpoints.gateway, path, [bearer(token), ...headers]);
    },
    askGuarded: (token, backend = guarded) =>
      send(backend.url, OWN_PATH, [...TENANT_HEADERS, bearer(remember(token))]),
    tokens,
    printed: () => backends.map(({ output }) => output()).join("\n"),
  };
}
