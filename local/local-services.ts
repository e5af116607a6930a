/** What must be there before the gateway can serve: the issuer, the table server and the synthesized stack. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  loadGivenStack,
  readExpectations,
  trustIssuer,
} from "./given-stack.ts";
import { createCertificate } from "./issuer/certificate.ts";
import { createIssuer, type LocalIssuer } from "./issuer/issuer.ts";
import type { LocalRunOptions } from "./local-run.ts";
import { buildDirectory } from "./seed.ts";
import { addReplicaTable } from "./replica-table.ts";
import { loadSynthesizedStack } from "./stack-loader.ts";
import type { SynthesizedStack } from "./stack.ts";
import { synthesize as synthesizeApp } from "./synthesize.ts";
import { startTableServer, type TableServer } from "./table/table-server.ts";

export interface LocalServices {
  readonly issuer: LocalIssuer;
  readonly table: TableServer;
  readonly stack: SynthesizedStack;
  /** The file with the certificate to trust for the issuer. */
  readonly caCertificate: string;
  /** Of the API that tokens are for. */
  readonly audience: string;
  /** The origin that sign-in leads back to, and that may call the API. */
  readonly spaOrigin: string;
}

/** Where the stack pretends to be deployed; the account is the one of AWS's own examples. */
const DEPLOYMENT = {
  region: "eu-central-1",
  account: "123456789012",
  partition: "aws",
} as const;

const DEFAULT_SPA_PORT = 4014;
const DEFAULT_AUDIENCE = "https://api.example.test";

/** Starts all three at once; what has started is in `resources`, also when another part fails. */
export async function startLocalServices(
  options: LocalRunOptions,
  stateDirectory: string,
  resources: AsyncDisposableStack,
): Promise<LocalServices> {
  const { ports, context = {}, onChange, signal, source } = options;
  const { synthesize = synthesizeApp } = options;
  const spaOrigin = `http://localhost:${ports?.spa ?? DEFAULT_SPA_PORT}`;
  const failure = new AbortController();
  const caCertificate = join(stateDirectory, "ca.pem");
  const outDir = join(stateDirectory, "cdk.out");
  const given =
    source &&
    (await loadGivenStack(source, {
      ...DEPLOYMENT,
      outDir,
      context,
      ...(signal && { signal }),
    }));
  const { audience, tenantClaim } =
    given === undefined
      ? { audience: DEFAULT_AUDIENCE, tenantClaim: readTenantClaim(context) }
      : readExpectations(given);

  const startIssuer = async (): Promise<LocalIssuer> => {
    const certificate = await createCertificate();
    writeFileSync(caCertificate, certificate.caCertificate);
    const issuer = await createIssuer({
      port: ports?.issuer ?? 0,
      certificate,
      directory: buildDirectory({
        audience,
        tenantClaim,
        spaOrigin,
        tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 86_400,
      }),
      onChange: (isUp) => onChange?.("issuer", isUp),
    });
    resources.defer(issuer.stop);
    return issuer;
  };
  const startTable = async (): Promise<TableServer> => {
    const table = await startTableServer({
      port: ports?.table ?? 0,
      directory: join(stateDirectory, "table"),
      onChange: (isUp) => onChange?.("table", isUp),
    });
    resources.defer(table.stop);
    return table;
  };
  const loadStack = async (issuer: string): Promise<SynthesizedStack> => {
    if (given !== undefined) return addReplicaTable(trustIssuer(given, issuer));
    await synthesize({
      outDir,
      context: { corsOrigins: spaOrigin, ...context, issuer, audience },
      signal: AbortSignal.any([failure.signal, ...(signal ? [signal] : [])]),
    });
    return addReplicaTable(loadSynthesizedStack(outDir, DEPLOYMENT));
  };

  const issuerStarts = startIssuer();
  const tableStarts = startTable();
  // The template names the issuer, port included.
  const stackLoads = issuerStarts.then(({ url }) => loadStack(url));
  try {
    const [issuer, table, stack] = await Promise.all([
      issuerStarts,
      tableStarts,
      stackLoads,
    ]);
    return { issuer, table, stack, audience, caCertificate, spaOrigin };
  } catch (error) {
    // The rest is waited for, so that whatever still starts is in `resources` before they are disposed of.
    failure.abort();
    await Promise.allSettled([issuerStarts, tableStarts, stackLoads]);
    throw error;
  }
}

function readTenantClaim(context: Readonly<Record<string, unknown>>): string {
  const claim = context["tenantClaim"];
  return typeof claim === "string" ? claim : "azp";
}
