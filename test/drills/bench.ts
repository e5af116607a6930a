/** One drilled function with an issuer and a table of its own, and the tokens that go with them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tenantItem } from "../support/records.ts";
import { createCertificate } from "../support/tls-server.ts";
import {
  type Overrides,
  type SigningKey,
  createSigningKey,
  signAccessToken,
  signingKey,
} from "../support/tokens.ts";
import { type Deployment, buildDeployment } from "./deployment.ts";
import {
  type DrilledFunction,
  startDrilledFunction,
} from "./drilled-function.ts";
import {
  type FaultyIssuer,
  type IssuerCertificates,
  startFaultyIssuer,
} from "./faulty-issuer.ts";
import { type FaultyTable, startFaultyTable } from "./faulty-table.ts";
import type { IssuerFault } from "./issuer-faults.ts";

/** The issuer's next key. Made once for the run: making a key blocks the servers that the drills talk to. */
export const NEXT_KEY: SigningKey = createSigningKey("key-2");
/** Another key under the kid of the first. */
export const NAMESAKE: SigningKey = createSigningKey(signingKey().kid);

/** What all benches of a run share. */
export interface Lab extends AsyncDisposable {
  readonly deployment: Deployment;
  readonly certificates: IssuerCertificates;
  readonly caFile: string;
}

export async function openLab(): Promise<Lab> {
  const deployment = await buildDeployment();
  const [trusted, untrusted] = await Promise.all([
    createCertificate(),
    createCertificate(),
  ]);
  const caFile = join(deployment.directory, "ca.pem");
  writeFileSync(caFile, trusted.cert);
  return {
    deployment,
    certificates: { trusted, untrusted },
    caFile,
    [Symbol.asyncDispose]: () => deployment[Symbol.asyncDispose](),
  };
}

export interface Bench extends AsyncDisposable {
  readonly issuer: Omit<FaultyIssuer, "fail" | "heal">;
  readonly table: FaultyTable;
  readonly function: DrilledFunction;
  readonly failIssuer: (fault: IssuerFault) => Promise<void>;
  readonly healIssuer: () => Promise<void>;
  /** A token good for a day, but for the overrides. */
  readonly sign: (options?: { claims?: Overrides; key?: SigningKey }) => string;
}

export interface BenchOptions {
  readonly variables?: Readonly<Record<string, string>>;
  readonly hasPreload?: boolean;
  readonly logWaitMs?: number;
  readonly item?: Readonly<Record<string, unknown>>;
  /** In the place of the issuer's own URL. */
  readonly issuerUrl?: string;
}

export async function openBench(
  { deployment, certificates, caFile }: Lab,
  { item = tenantItem(), issuerUrl, ...options }: BenchOptions = {},
): Promise<Bench> {
  await using resources = new AsyncDisposableStack();
  const issuer = resources.use(
    await startFaultyIssuer(certificates, signingKey()),
  );
  const table = resources.use(await startFaultyTable(item));
  const url = issuerUrl ?? issuer.url;
  const drilled = resources.use(
    startDrilledFunction(deployment, {
      issuerUrl: url,
      tableUrl: table.url,
      caFile,
      ...options,
    }),
  );
  const owned = resources.move();
  const setLookup = (): void => {
    drilled.setLookup(issuer.lookup());
  };
  return {
    issuer,
    table,
    function: drilled,
    failIssuer: async (fault) => {
      await issuer.fail(fault);
      setLookup();
    },
    healIssuer: async () => {
      await issuer.heal();
      setLookup();
    },
    sign: ({ claims = {}, key = signingKey() } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      return signAccessToken({
        claims: { iss: url, iat: now - 60, exp: now + 86_400, ...claims },
        key,
      });
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
