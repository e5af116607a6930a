/**
 * The local run for tests of your own: your synthesized stack behind a gateway on this machine, with an issuer that
 * signs tokens and a table of sample tenants. It needs Node 24, the functions' own runtime.
 *
 * @module auth0-tenant-authorizer/local
 */
import type { Endpoints } from "./endpoints.ts";
import type { StackSource } from "./given-stack.ts";
import { startLocalRun as start } from "./local-run.ts";
import { findNodeProblem } from "./node-version.ts";

export type { Endpoints, EndpointTenant } from "./endpoints.ts";
export type { AppSource, AssemblySource, StackSource } from "./given-stack.ts";

/** How a {@link LocalRun} is started. */
export interface LocalRunOptions {
  /** The stack to run. Its issuers give way to the run's own; all else is as synthesized. */
  readonly source: StackSource;

  /**
   * The gateway's port.
   *
   * @default - a free one
   */
  readonly port?: number;

  /**
   * Where template, rows and `endpoints.json` go.
   *
   * @default - a temporary directory, removed at the end
   */
  readonly stateDirectory?: string;

  /**
   * How long access tokens live, in seconds.
   *
   * @default 86400
   */
  readonly tokenLifetimeSeconds?: number;

  /** Gives up a start that is still under way; a run that has started is ended by `stop`. */
  readonly signal?: AbortSignal;
}

/** A stack that runs on this machine. */
export interface LocalRun {
  /** Where everything is, and which tenants the table begins with. */
  readonly endpoints: Endpoints;

  /** Ends every process and server of the run. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a stack on this machine; see `docs/library.md` for a test that uses it.
 *
 * @throws when Node is older than 24, when the app cannot be synthesized, when the stack has no tenant authorizer, or when the port is taken;
 * nothing is left running
 */
export async function startLocalRun(
  options: LocalRunOptions,
): Promise<LocalRun> {
  const problem = findNodeProblem(process.versions.node);
  if (problem !== undefined) throw new Error(problem);
  const { port, ...others } = options;
  const { endpoints, stop } = await start({
    ...others,
    ...(port !== undefined && { ports: { gateway: port } }),
  });
  return { endpoints, stop };
}
