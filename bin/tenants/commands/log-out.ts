import { Option } from "commander";
import { type CommandDefinition, textArgument } from "../command-definition.ts";
import { parseTime } from "../records/record-options.ts";
import type { Row } from "../records/row.ts";
import { tokenOptions } from "../token/token-source.ts";
import { waitOptions } from "../wait/probe.ts";
import { type AccessOptions, changeAccess } from "./change-access.ts";
import { byOption } from "./name-options.ts";

interface LogOutOptions extends AccessOptions {
  /** Epoch seconds. */
  readonly at?: number;
}

export const logOut: CommandDefinition<LogOutOptions> = {
  name: "log-out",
  arguments: "<tenant>",
  summary: "refuse every token issued until now",
  description:
    "Sets tokensValidAfter to now. Whoever logs in again, or lets a machine fetch a new token, is let in. It never moves backwards: a later tokensValidAfter stays.",
  options: [
    new Option("--at <time>", "another time than now").argParser(parseTime),
    byOption(),
    ...waitOptions(),
    ...tokenOptions(),
  ],
  examples: ["npm run tenants -- --local log-out acme"],
  run(session, args, options) {
    // Rounded up, since iat is in whole seconds: what was issued within this one is refused as well.
    const at = options.at ?? Math.ceil(session.world.now() / 1_000);
    return changeAccess(session, textArgument(args, 0), options, {
      attribute: "tokensValidAfter",
      valueFor: ({ item }: Row) => {
        const current = Number(item["tokensValidAfter"]?.N ?? "-1");
        // Not so one in milliseconds, which is broken and which this repairs.
        const isLater = current >= at && current <= 9_999_999_999;
        return isLater ? undefined : { N: String(at) };
      },
      isNarrowing: true,
      done: `tokens issued before ${new Date(at * 1_000).toISOString()} are refused`,
      alreadyDone: "has a later tokensValidAfter already",
      awaited: { kind: "refused", reason: "token_revoked" },
    });
  },
};
