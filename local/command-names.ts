import { RUNS_FROM_SOURCE } from "./runs-from-source.ts";

/** How the run and its helpers are started: by the repository's scripts, or by the package's commands. */
export const COMMAND_NAMES = RUNS_FROM_SOURCE
  ? { start: "npm start --", tenants: "npm run tenants --" }
  : { start: "npx tenant-api-local", tenants: "npx tenants" };
