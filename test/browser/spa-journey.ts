/** The SPA on its dev server, a local run in front of the Express example, and a browser that has nothing but them. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { createServer as createViteServer } from "vite";
import { createApp } from "../../examples/express/app.ts";
import { startLocalRun, type LocalRun } from "../../local/local-run.ts";
import { launchChromium } from "./chromium.ts";

export interface SpaJourney {
  readonly run: LocalRun;
  readonly spaOrigin: string;
  /** A page of a visitor who has not been here before; the context is closed at the end of the journey. */
  readonly visit: (options?: Parameters<Browser["newContext"]>[0]) => Promise<{
    readonly page: Page;
    readonly context: BrowserContext;
    /** What a console showed as an error, and every host that was asked. */
    readonly errors: string[];
    readonly hosts: Set<string>;
  }>;
  readonly stop: () => Promise<void>;
}

export async function startSpaJourney(options: {
  readonly tokenLifetimeSeconds?: number;
}): Promise<SpaJourney> {
  const resources = new AsyncDisposableStack();
  try {
    const stateDirectory = mkdtempSync(join(tmpdir(), "spa-journey-"));
    resources.defer(() => {
      rmSync(stateDirectory, { recursive: true, force: true });
    });
    const spaPort = await findFreePort();
    const spaOrigin = `http://localhost:${spaPort}`;
    const backendUrl = await startBackend(spaOrigin, resources);
    const run = await startLocalRun({
      ...options,
      ports: { spa: spaPort },
      stateDirectory,
      context: { backendUrl },
    });
    resources.defer(run.stop);
    await startPage(join(stateDirectory, "endpoints.json"), resources);
    const browser = await launchChromium();
    resources.defer(() => browser.close());
    return {
      run,
      spaOrigin,
      visit: async (settings) => {
        const context = await browser.newContext(settings);
        const page = await context.newPage();
        const errors: string[] = [];
        const hosts = new Set<string>();
        page.on("pageerror", ({ message }) => errors.push(message));
        context.on("request", (request) => {
          const { hostname } = new URL(request.url());
          // A worker and an icon come from the page itself, and from no host.
          if (hostname !== "") hosts.add(hostname);
        });
        return { page, context, errors, hosts };
      },
      stop: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

async function startBackend(
  corsOrigin: string,
  resources: AsyncDisposableStack,
): Promise<string> {
  const app = createApp({
    corsOrigin,
    secondLine: undefined,
    logRefusal: () => undefined,
    logError: (error) => {
      throw error;
    },
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  resources.defer(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** With the configuration that `npm run example:spa` uses. */
async function startPage(
  endpoints: string,
  resources: AsyncDisposableStack,
): Promise<void> {
  process.env["LOCAL_ENDPOINTS"] = endpoints;
  const vite = await createViteServer({
    configFile: new URL("../../examples/spa/vite.config.ts", import.meta.url)
      .pathname,
    logLevel: "error",
  });
  await vite.listen();
  resources.defer(() => vite.close());
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
