import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { textOf } from "../records/row.ts";
import { tokenOptions } from "../token/token-source.ts";
import { waitOptions } from "../wait/probe.ts";
import { type AccessOptions, changeAccess } from "./change-access.ts";
import { byOption } from "./name-options.ts";

export const resume: CommandDefinition<AccessOptions> = {
  name: "resume",
  arguments: "<tenant>",
  summary: "let a suspended tenant in again",
  description:
    "All records of a tenant id; one alone when it is named by its key. With --wait it returns when a request with a token of the tenant is let in.",
  options: [byOption(), ...waitOptions(), ...tokenOptions()],
  examples: ["npm run tenants -- --local resume initech"],
  run(session, args, options) {
    return changeAccess(session, textArgument(args, 0), options, {
      attribute: "status",
      valueFor: ({ item }) =>
        textOf(item, "status") === "active" ? undefined : { S: "active" },
      isNarrowing: false,
      done: "active",
      alreadyDone: "was active already",
      awaited: { kind: "let_in" },
    });
  },
};
