import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHECK_IDS } from "./support/check-ids.ts";
import type { Report } from "../../bin/verify/report/report.ts";
import { runVerify } from "../../bin/verify/run-verify.ts";
import { NOW, signAccessToken } from "../support/tokens.ts";
import { startStage } from "./support/stage-server.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "verify-run-"));
});
afterAll(() => rm(directory, { recursive: true }));

const TOKENS = {
  ACME_TOKEN: signAccessToken(),
  GLOBEX_TOKEN: signAccessToken({ claims: { azp: "another-application" } }),
  OLD_TOKEN: signAccessToken({ claims: { exp: NOW - 1 } }),
};

const CONFIG = {
  origin: "https://app.acme.test",
  tenants: [
    {
      tenantId: "acme",
      routes: ["GET /acme/orders"],
      token: { env: "ACME_TOKEN" },
    },
    {
      tenantId: "globex",
      routes: ["* /globex/*"],
      token: { env: "GLOBEX_TOKEN" },
    },
  ],
  tokens: { tenantId: "acme", expired: { env: "OLD_TOKEN" } },
};

async function run(argv: readonly string[], config: object = CONFIG) {
  const file = join(directory, "verify.json");
  await writeFile(file, JSON.stringify(config));
  const out: string[] = [];
  const exitCode = await runVerify([...argv, "--config", file], {
    stdout: (text) => out.push(text),
    stderr: (text) => out.push(text),
    isColoured: false,
    env: TOKENS,
    signal: new AbortController().signal,
  });
  return { exitCode, text: out.join("") };
}

/** What cannot be found out about a stage that was given no more than two tokens and an expired one. */
const NOT_RUN = [
  "expiry-while-kept",
  "hmac-public-key",
  "outage",
  "suspension-lag",
];

describe("a stage that lets everybody in", () => {
  test("is found out by every check that is about refusals, and no report holds a token", async () => {
    await using stage = await startStage((request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ headers: request.headers }));
    });
    const json = join(directory, "report.json");
    const html = join(directory, "report.html");
    const { exitCode, text } = await run([
      ...["--url", stage.url.href, "--rate", "50"],
      ...["--json", json, "--html", html],
    ]);
    expect(exitCode).toBe(1);

    const files = await Promise.all(
      [json, html].map((file) => readFile(file, "utf8")),
    );
    const report = JSON.parse(files[0] ?? "") as Report;
    const idsOf = (verdict: string): string[] =>
      report.checks
        .filter((check) => check.verdict === verdict)
        .map(({ id }) => id);
    expect(idsOf("not run").sort()).toEqual(NOT_RUN);
    // Good tokens are let in by such a stage too: that is all it has right.
    expect(idsOf("pass")).toEqual(["own-routes"]);
    expect(idsOf("fail").sort()).toEqual(
      CHECK_IDS.filter(
        (id) => id !== "own-routes" && !NOT_RUN.includes(id),
      ).sort(),
    );

    const secrets = Object.values(TOKENS).flatMap((token) => token.split("."));
    for (const written of [text, ...files]) {
      expect(secrets.filter((secret) => written.includes(secret))).toEqual([]);
      expect(written).not.toContain("another-application");
    }
    // Nothing that changes something was sent to a route itself.
    expect(
      stage.lines.filter((line) =>
        /^(?:POST|PUT|PATCH|DELETE) (?!.*verify-probe)/.test(line),
      ),
    ).toEqual([]);
  }, 60_000);
});

test("a 403 in words that are not the gateway's is no pass", async () => {
  await using stage = await startStage((_, response) => {
    response.writeHead(403, { "Content-Type": "text/plain" });
    response.end("no entry");
  });
  const json = join(directory, "words.json");
  await run(["--url", stage.url.href, "--rate", "50", "--json", json]);
  const report = JSON.parse(await readFile(json, "utf8")) as Report;
  const cross = report.checks.find(({ id }) => id === "cross-tenant");
  expect(cross?.verdict).toBe("fail");
  expect(cross?.findings.join("\n")).toContain(
    "403 (not in the gateway's words, so perhaps the backend's)",
  );
}, 60_000);

describe("exit code 2", () => {
  test.each([
    ["neither --url nor --local", [], /give either --url or --local/],
    ["a token in the wrong place", ["eyJhbGciOiJ.e30.x"], /\[token\]/],
    ["a flag nobody knows", ["--token", "x"], /Unknown option '--token'/],
    [
      "http elsewhere",
      ["--url", "http://api.acme.test/prod"],
      /--url must begin with https/,
    ],
    ["no time at all", ["--url", "x", "--rate", "0"], /from 1 to 50/],
  ])("for %s", async (_, argv, message) => {
    const { exitCode, text } = await run(argv);
    expect(exitCode).toBe(2);
    expect(text).toMatch(message);
    expect(text).not.toContain("eyJ");
  });

  test("for a stage that is not there", async () => {
    const stage = await startStage((_, response) => response.end());
    await stage[Symbol.asyncDispose]();
    const { exitCode, text } = await run(["--url", stage.url.href]);
    expect(exitCode).toBe(2);
    expect(text).toContain("gives no answer (ECONNREFUSED): is the URL right?");
  });

  test("for no local run", async () => {
    const out: string[] = [];
    const exitCode = await runVerify(
      ["--endpoints", join(directory, "nothing.json")],
      {
        stdout: () => undefined,
        stderr: (text) => out.push(text),
        isColoured: false,
        env: {},
        signal: new AbortController().signal,
      },
    );
    expect(exitCode).toBe(2);
    expect(out.join("")).toContain("start it with npm start");
  });

  test("when a limit ends the run before a finding, and says what was left", async () => {
    await using stage = await startStage((_, response) => response.end("{}"));
    const { exitCode, text } = await run([
      ...["--url", stage.url.href, "--rate", "50", "--max-requests", "3"],
    ]);
    expect(exitCode).toBe(2);
    expect(text).toContain("own-routes: the limit of 3 requests");
    expect(text).toMatch(/why: the run had ended, by the limit of 3 requests/);
  });
});

test("--help is an answer", async () => {
  const { exitCode, text } = await run(["--help"]);
  expect(exitCode).toBe(0);
  expect(text).toContain("npm run verify -- --local");
});
