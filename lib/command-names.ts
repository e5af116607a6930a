import { RUNS_FROM_SOURCE } from "./runs-from-source.ts";

/** How messages name our commands. */
interface CommandNames {
  readonly keysSnapshot: string;
  readonly localRun: string;
  readonly tenants: string;
}

/** By the repository's scripts, or by the package's commands. */
export const COMMAND_NAMES: CommandNames = RUNS_FROM_SOURCE
  ? {
      keysSnapshot: "npm run keys:snapshot --",
      localRun: "npm start",
      tenants: "npm run tenants --",
    }
  : {
      keysSnapshot: "npx keys-snapshot",
      localRun: "npx tenant-api-local",
      tenants: "npx tenants",
    };
