import { Option } from "commander";
import type { NamedBy } from "../records/find-rows.ts";

export interface NameOptions {
  readonly by: NamedBy;
}

/** For every command that takes a tenant's name. */
export function byOption(): Option {
  return new Option(
    "--by <what>",
    "read the name as a record's key or as a tenant id alone",
  )
    .choices(["either", "key", "tenant"])
    .default("either");
}

export interface YesOptions {
  readonly yes?: boolean;
}

export function yesOption(): Option {
  return new Option("-y, --yes", "do it without asking");
}
