/**
 * Where the page's settings come from: `settings.json` beside this file (for an Auth0 tenant of your own, see
 * settings.example.json), or else the local run that `npm start` serves.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { Settings } from "./src/settings.ts";

const OWN_SETTINGS = join(import.meta.dirname, "settings.json");
const LOCAL_RUN = join(import.meta.dirname, "../../.local/endpoints.json");

/** What of `endpoints.json` the page needs. */
interface LocalRun {
  readonly browserIssuer: string;
  readonly issuer: string;
  readonly audience: string;
  readonly gateway: string;
  readonly spaOrigin: string;
  readonly tenants: readonly {
    readonly application: string;
    readonly clientId: string;
    readonly isConfidential: boolean;
  }[];
}

export interface FoundSettings {
  readonly settings: Settings;
  /** Where the page has to be served. */
  readonly origin: string;
}

/** @throws Error that says what to do when there are no settings */
export function findSettings(
  env: NodeJS.ProcessEnv = process.env,
): FoundSettings {
  const endpoints = env["LOCAL_ENDPOINTS"] ?? LOCAL_RUN;
  if (env["LOCAL_ENDPOINTS"] === undefined && existsSync(OWN_SETTINGS)) {
    return {
      settings: readJson(OWN_SETTINGS) as Settings,
      origin: "http://localhost:4014",
    };
  }
  if (!existsSync(endpoints)) {
    throw new Error(
      "no local run found: start one with `npm start` in another terminal, or write examples/spa/settings.json for an Auth0 tenant of your own",
    );
  }
  return fromLocalRun(readJson(endpoints) as LocalRun);
}

function fromLocalRun(run: LocalRun): FoundSettings {
  return {
    origin: run.spaOrigin,
    settings: {
      domain: run.browserIssuer,
      issuer: run.issuer,
      audience: run.audience,
      gateway: run.gateway,
      applications: run.tenants
        .filter(({ isConfidential }) => !isConfidential)
        .map(({ application, clientId }) => ({ name: application, clientId })),
      calls: [
        "GET /acme/orders",
        "POST /acme/orders",
        "GET /acme/reports/2026",
        "GET /acme/reports/drafts/1",
        "DELETE /acme/users/7",
        "GET /globex/invoices",
        "GET /initech/tps",
      ],
    },
  };
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Serves the settings to the page as `/settings.json`, also to a built one. */
export function serveSettings(settings: Settings): Plugin {
  const text = JSON.stringify(settings);
  return {
    name: "settings",
    configureServer({ middlewares }) {
      middlewares.use("/settings.json", (_request, response) => {
        response.setHeader("Content-Type", "application/json");
        response.setHeader("Cache-Control", "no-store");
        response.end(text);
      });
    },
    generateBundle() {
      this.emitFile({
        type: "asset",
        fileName: "settings.json",
        source: text,
      });
    },
  };
}
