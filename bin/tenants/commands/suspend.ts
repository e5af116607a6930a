import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { textOf } from "../records/row.ts";
import { tokenOptions } from "../token/token-source.ts";
import { waitOptions } from "../wait/probe.ts";
import { type AccessOptions, changeAccess } from "./change-access.ts";
import { byOption } from "./name-options.ts";

export const suspend: CommandDefinition<AccessOptions> = {
  name: "suspend",
  arguments: "<tenant>",
  summary: "refuse all of a tenant's tokens",
  description:
    "All records of a tenant id are suspended; one alone when it is named by its key. A broken record is suspended too. With --wait it returns when a request with a token of the tenant is answered 403, and says after how many seconds; on the local run it gets itself a token.",
  options: [byOption(), ...waitOptions(), ...tokenOptions()],
  examples: [
    "npm run tenants -- --local suspend globex",
    "npm run tenants -- --local suspend globex --wait",
  ],
  run(session, args, options) {
    return changeAccess(session, textArgument(args, 0), options, {
      attribute: "status",
      valueFor: ({ item }) =>
        textOf(item, "status") === "suspended" ? undefined : { S: "suspended" },
      isNarrowing: true,
      done: "suspended",
      alreadyDone: "was suspended already",
      awaited: { kind: "refused", reason: "tenant_suspended" },
    });
  },
};
