import { Option } from "commander";
import type { CommandDefinition } from "../command-definition.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import {
  type DescribedExplanation,
  describeExplanation,
  formatExplanation,
} from "../explain/describe-explanation.ts";
import { explainToken } from "../explain/explain-token.ts";
import { buildStandInToken } from "../explain/stand-in-token.ts";
import { findRows } from "../records/find-rows.ts";
import { readRow } from "../records/read-rows.ts";
import { parseRequest, type RequestLine } from "../request-line.ts";
import type { Session } from "../session.ts";
import type { Target } from "../target/target.ts";
import {
  readToken,
  tokenOptions,
  type TokenOptions,
} from "../token/token-source.ts";
import { byOption, type NameOptions } from "./name-options.ts";

interface ExplainOptions extends NameOptions, TokenOptions {
  readonly scopes: readonly string[];
}

export const explain: CommandDefinition<ExplainOptions> = {
  name: "explain",
  arguments: "<words...>",
  summary: "why a request is allowed, or not",
  description:
    "Takes a tenant id or a record's key, and a request: explain acme GET /acme/orders. Or a token instead of the tenant: it is read here, sent nowhere and printed nowhere, and its signature is not checked. The answer names the route, rule or attribute that decides, and the policy's statement.",
  options: [
    new Option(
      "--scopes <scopes>",
      "what the tenant's token holds, with blanks or commas between",
    )
      .argParser((text) => text.split(/[ ,]+/).filter((scope) => scope !== ""))
      .default([], "none"),
    byOption(),
    ...tokenOptions(),
  ],
  examples: [
    "npm run tenants -- --local explain acme GET /acme/orders",
    "npm run tenants -- --local explain acme DELETE /acme/users/7 --scopes delete:users",
    "npm run tenants -- --local explain globex GET /acme/orders",
  ],
  async run(session, args, options) {
    const words = args.flat().filter((word) => word !== undefined);
    const token = await readToken(session.world, options);
    const { name, request } = readWords(words, token !== undefined);
    const target = await session.openTarget(
      "stage",
      "issuers",
      "defaultRoutes",
    );
    noteStage(session, request, target);
    const explanations =
      token === undefined
        ? await explainRows(session, target, name, request, options)
        : [await explainGiven(session, target, token, request)];
    session.answer({ request, explanations }, () =>
      explanations
        .map((described) => formatExplanation(request, described))
        .join("\n\n"),
    );
    return explanations.every(({ allowed }) => allowed)
      ? EXIT.ok
      : EXIT.refused;
  },
};

/** `acme GET /x`, `acme "GET /x"`, or either without the tenant when there is a token. */
function readWords(
  words: readonly string[],
  hasToken: boolean,
): { readonly name: string; readonly request: RequestLine } {
  const [name = "", ...rest] = hasToken ? ["", ...words] : words;
  if (rest.length === 0 || (!hasToken && name.includes(" "))) {
    throw new CommandError(
      EXIT.usage,
      "request_missing",
      "expected a tenant and a request, or a token and a request",
      [
        "explain acme GET /acme/orders",
        "explain --token-file token.txt GET /acme/orders",
      ],
    );
  }
  return { name, request: parseRequest(rest) };
}

async function explainRows(
  { world }: Session,
  target: Target,
  name: string,
  request: RequestLine,
  { by, scopes }: ExplainOptions,
): Promise<readonly DescribedExplanation[]> {
  const now = world.now() / 1_000;
  const rows = await findRows(world, target, name, by);
  return await Promise.all(
    rows.map(async (row) => {
      const token = buildStandInToken(row, scopes, target.rules, now);
      const explanation = await explainToken(
        token.authorization,
        request,
        now,
        target,
        () => Promise.resolve(row),
      );
      return describeExplanation(explanation, token.assumptions);
    }),
  );
}

async function explainGiven(
  { world, note }: Session,
  target: Target,
  token: string,
  request: RequestLine,
): Promise<DescribedExplanation> {
  note(
    "the token's signature is not checked: whoever made it can write what they like",
  );
  const explanation = await explainToken(
    `Bearer ${token}`,
    request,
    world.now() / 1_000,
    target,
    (key) => readRow(target, key),
  );
  return describeExplanation(explanation, ["its signature is good"]);
}

function noteStage(
  { note }: Session,
  { path }: RequestLine,
  { stage: { stage } }: Target,
): void {
  if (path === `/${stage}` || path.startsWith(`/${stage}/`)) {
    note(
      `is /${stage} the stage? it belongs to the URL, not to the path of a request`,
    );
  }
}
