#!/usr/bin/env node
/** The `tenants` command: argv in, exit code out. All else is in tenants/. */
import { createNodeWorld } from "./tenants/node-world.ts";
import { runTenants } from "./tenants/program.ts";

process.exitCode = await runTenants(process.argv.slice(2), createNodeWorld());
