/** What `npm start` writes to the terminal besides the access log. */
import { stripVTControlCharacters, styleText } from "node:util";
import type { Endpoints } from "./endpoints.ts";
import type { FunctionLogLine } from "./functions/functions.ts";
import { RUNS_FROM_SOURCE } from "./runs-from-source.ts";
import { SEED_PASSWORD, SEED_TENANTS } from "./seed.ts";
import { buildGuide } from "./terminal-guide.ts";

type Style = Parameters<typeof styleText>[0];

export interface Terminal {
  readonly colour: boolean;
  readonly write: (text: string) => void;
  readonly paint: (style: Style, text: string) => string;
}

export function createTerminal(
  output: NodeJS.WritableStream,
  colour: boolean,
): Terminal {
  return {
    colour,
    write: (text) => {
      output.write(`${text}\n`);
    },
    paint: (style, text) =>
      colour ? styleText(style, text, { validateStream: false }) : text,
  };
}

export function writeOverview(
  { write, paint }: Terminal,
  endpoints: Endpoints,
  controlKeys: boolean,
): void {
  const places = [
    ["console", `${endpoints.console}  in a browser: watch decisions`],
    ["gateway", endpoints.gateway],
    ["issuer", `${endpoints.issuer}  (in the place of Auth0)`],
    ["table", `${endpoints.dynamodb}  ${endpoints.tableName}`],
    ["apigw", `${endpoints.apiGateway}  aws apigateway --endpoint-url …`],
    ["control", `${endpoints.control}  GET /status, POST /table/down …`],
  ];
  for (const [name = "", place = ""] of places) {
    write(`  ${paint("bold", name.padEnd(8))} ${place}`);
  }
  write("");
  for (const { tenantId, status, applications, routes, user } of SEED_TENANTS) {
    const style = status === "active" ? "green" : "yellow";
    write(
      `  ${paint("bold", tenantId.padEnd(8))} ${paint(style, status.padEnd(9))} ${routes.join("   ")}`,
    );
    for (const { name, clientId, isConfidential } of applications) {
      const kind = isConfidential ? "" : "  single-page application";
      write(paint("dim", `           ${name.padEnd(15)} ${clientId}${kind}`));
    }
    if (user !== undefined) {
      const { username } = user;
      write(paint("dim", `           ${username}, password ${SEED_PASSWORD}`));
    }
  }
  write("");
  // The example is the repository's.
  if (RUNS_FROM_SOURCE) {
    write(
      `  Sign in as one of them: ${paint("bold", "npm run example:spa")} in another terminal, then ${endpoints.spaOrigin}`,
    );
    write("");
  }
  writeGuide({ write, paint }, endpoints);
  if (controlKeys) {
    write(
      `  ${paint("bold", "t")} table down/up   ${paint("bold", "i")} issuer down/up   ${paint("bold", "v")} the authorizer's own log   ${paint("bold", "c")} curl lines again   ${paint("bold", "q")} quit`,
    );
    write("");
  }
}

export function writeGuide(
  { write, paint }: Pick<Terminal, "write" | "paint">,
  endpoints: Endpoints,
): void {
  for (const { title, token, calls } of buildGuide(endpoints)) {
    write(`  ${paint("underline", title)}`);
    if (token !== undefined) {
      write(token);
    }
    for (const { command, status, error, because } of calls) {
      const answer = error === undefined ? status : `${status} ${error}`;
      // Not behind the command as a comment: zsh takes none on its prompt.
      write(
        `  ${paint(status < 400 ? "green" : "yellow", String(answer))}${paint("dim", `: ${because}`)}`,
      );
      write(command);
    }
    write("");
  }
}

/** One line a function logged; a JSON line is reduced to what the function itself said. */
export function formatFunctionLog(
  { paint }: Terminal,
  { logicalId, line }: FunctionLogLine,
): string {
  return paint("dim", `    ${logicalId}  ${readMessage(line)}`);
}

function readMessage(line: string): string {
  try {
    const { level, message } = JSON.parse(line) as Record<string, unknown>;
    if (typeof level === "string" && message !== undefined) {
      return `${level} ${JSON.stringify(message)}`;
    }
  } catch {
    // Not a JSON log line: shown as it is, but for what would move the cursor.
  }
  return stripVTControlCharacters(line);
}
