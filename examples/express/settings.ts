import type { SecondLineSettings } from "./second-line.ts";

export interface Settings {
  readonly host: string;
  readonly port: number;
  /** The one origin whose pages may read the answers. */
  readonly corsOrigin: string | undefined;
  readonly secondLine: SecondLineSettings | undefined;
}

/** Names every problem at once; meant for the terminal. */
export class SettingsError extends Error {
  readonly code = "settings_broken";
}

/** @throws SettingsError: a server with half a second line would look like one that has it */
export function parseSettings(
  env: Readonly<Record<string, string | undefined>>,
): Settings {
  const problems: string[] = [];
  const read = (name: string): string | undefined =>
    env[name] === "" ? undefined : env[name];

  const port = Number(read("PORT") ?? 8000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    problems.push("PORT must be a whole number from 0 to 65535");
  }

  const corsOrigin = read("CORS_ORIGIN");
  if (
    corsOrigin !== undefined &&
    URL.parse(corsOrigin)?.origin !== corsOrigin
  ) {
    problems.push(
      "CORS_ORIGIN must be one origin such as https://app.acme.com, without a path or a slash at the end",
    );
  }

  const secondLine = read("SECOND_LINE") ?? "off";
  const issuer = read("AUTH0_ISSUER");
  const audience = read("AUTH0_AUDIENCE");
  if (secondLine === "on") {
    if (issuer === undefined || !isIssuer(issuer)) {
      problems.push(
        "AUTH0_ISSUER must be the https URL in iss, with the slash at the end, such as https://acme.eu.auth0.com/",
      );
    }
    if (audience === undefined) {
      problems.push(
        "AUTH0_AUDIENCE must be the identifier of the API in Auth0",
      );
    }
  } else if (secondLine !== "off") {
    problems.push("SECOND_LINE must be on or off");
  } else if (issuer !== undefined || audience !== undefined) {
    problems.push(
      "AUTH0_ISSUER and AUTH0_AUDIENCE mean nothing without SECOND_LINE=on",
    );
  }

  if (problems.length > 0) throw new SettingsError(problems.join("\n"));
  return {
    host: read("HOST") ?? "127.0.0.1",
    port,
    corsOrigin,
    secondLine:
      issuer === undefined || audience === undefined
        ? undefined
        : { issuer, audience },
  };
}

function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.href === text && text.endsWith("/");
}
