import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  parseSettings,
  SettingsError,
} from "../../examples/express/settings.ts";
import { TENANT_HEADERS } from "./backend-cases.ts";
import {
  PROJECT_ROOT,
  startBackendProcess,
  type BackendProcess,
} from "./backend-process.ts";
import { describeBackend } from "./backend-suite.ts";
import { send } from "./send.ts";

function startExpress(
  env: Readonly<Record<string, string>>,
): Promise<BackendProcess> {
  return startBackendProcess({
    command: process.execPath,
    args: ["examples/express/start.ts"],
    env: { PORT: "0", ...env },
  });
}

describeBackend("the Express example", ({ corsOrigin, secondLine }) =>
  startExpress({
    ...(corsOrigin !== undefined && { CORS_ORIGIN: corsOrigin }),
    ...(secondLine !== undefined && {
      SECOND_LINE: "on",
      AUTH0_ISSUER: secondLine.issuer,
      AUTH0_AUDIENCE: secondLine.audience,
      NODE_EXTRA_CA_CERTS: secondLine.caFile,
    }),
  }),
);

test("the example stands alone: it can be copied out of this repository", () => {
  const folder = join(PROJECT_ROOT, "examples", "express");
  const imports = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .flatMap((text) => [...text.matchAll(/\bfrom "([^"]+)"/g)])
    .map(([, specifier = ""]) => specifier.replace(/^\.\/[a-z-]+\.ts$/, "./"));
  expect([...new Set(imports)].sort()).toEqual(["./", "express", "jose"]);
});

describe("a path that cannot be decoded", () => {
  test("is the client's fault, not the server's", async () => {
    const backend = await startExpress({});
    try {
      expect(
        await send(backend.url, "/acme/%zz", TENANT_HEADERS),
      ).toMatchObject({ status: 400, body: { error: "bad_request" } });
    } finally {
      await backend.stop();
    }
  });
});

describe("the environment", () => {
  test("may be empty", () => {
    expect(parseSettings({})).toEqual({
      host: "127.0.0.1",
      port: 8000,
      corsOrigin: undefined,
      secondLine: undefined,
    });
  });

  const SECOND_LINE = {
    SECOND_LINE: "on",
    AUTH0_ISSUER: "https://acme.eu.auth0.com/",
    AUTH0_AUDIENCE: "https://api.acme.com",
  };

  test("may switch the second line on", () => {
    expect(parseSettings(SECOND_LINE).secondLine).toEqual({
      issuer: "https://acme.eu.auth0.com/",
      audience: "https://api.acme.com",
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ["a port that is none", { PORT: "http" }, "PORT must be"],
    [
      "an origin with a path",
      { CORS_ORIGIN: "https://app.acme.com/" },
      "CORS_ORIGIN must be one origin",
    ],
    ["any origin", { CORS_ORIGIN: "*" }, "CORS_ORIGIN must be one origin"],
    [
      "a second line that is neither on nor off",
      { ...SECOND_LINE, SECOND_LINE: "1" },
      "SECOND_LINE must be on or off",
    ],
    [
      "a second line without an issuer",
      { ...SECOND_LINE, AUTH0_ISSUER: "" },
      "AUTH0_ISSUER must be",
    ],
    [
      "an issuer without its slash",
      { ...SECOND_LINE, AUTH0_ISSUER: "https://acme.eu.auth0.com" },
      "AUTH0_ISSUER must be",
    ],
    [
      "an issuer without TLS",
      { ...SECOND_LINE, AUTH0_ISSUER: "http://acme.eu.auth0.com/" },
      "AUTH0_ISSUER must be",
    ],
    [
      "a second line without an audience",
      { ...SECOND_LINE, AUTH0_AUDIENCE: "" },
      "AUTH0_AUDIENCE must be",
    ],
    [
      "an issuer and no switch",
      { ...SECOND_LINE, SECOND_LINE: "" },
      "mean nothing without SECOND_LINE=on",
    ],
  ])("is refused with %s", (_, env, problem) => {
    const parse = (): unknown => parseSettings(env);
    expect(parse).toThrow(SettingsError);
    expect(parse).toThrow(problem);
  });

  test("stops the start with all its problems", async () => {
    const start = startExpress({ SECOND_LINE: "on" });
    await expect(start).rejects.toThrow(
      /ended before it listened\nAUTH0_ISSUER .*\nAUTH0_AUDIENCE /,
    );
  });
});
