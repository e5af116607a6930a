/** The app as the CLI and the local run start it: a process, with its context in the environment. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const APP = join(import.meta.dirname, "../../bin/app.ts");

let outdir: string;
beforeEach(async () => {
  outdir = await mkdtemp(join(tmpdir(), "app-test-"));
});
afterEach(async () => {
  await rm(outdir, { recursive: true });
});

function runApp(context: Readonly<Record<string, unknown>>) {
  const env = {
    ...process.env,
    CDK_OUTDIR: outdir,
    // No bundling: what is looked at is the app, not its functions.
    CDK_CONTEXT_JSON: JSON.stringify({
      "aws:cdk:bundling-stacks": [],
      ...context,
    }),
  };
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>(
    (resolve) => {
      const app = execFile(
        process.execPath,
        [APP],
        // Any directory will do: nothing is looked up from there.
        { env, cwd: tmpdir() },
        (_error, stdout, stderr) => {
          resolve({ exitCode: app.exitCode ?? -1, stdout, stderr });
        },
      );
    },
  );
}

test("writes one stack into the directory that the CLI names", async () => {
  const { exitCode, stderr } = await runApp({
    auth0Domain: "acme.eu.auth0.com",
    audience: "https://api.acme.com",
    stackName: "acme-api",
    corsOrigin: "https://app.acme.com",
  });
  expect(stderr).toBe(
    "warning: corsOrigin is not a key of this app: did you mean corsOrigins?\n",
  );
  expect(exitCode).toBe(0);
  const manifest = await readFile(join(outdir, "manifest.json"), "utf8");
  expect(JSON.parse(manifest)).toMatchObject({
    artifacts: { TenantApi: { properties: { stackName: "acme-api" } } },
  });
});

test("refuses a default route in the words of the function's own parser, beside all other problems", async () => {
  const { exitCode, stderr } = await runApp({
    audience: "https://api.acme.com",
    defaultRoutes: '["* /{tenantId}/*", "GET /acme*", "get /orders"]',
    cacheTtlSeconds: "x",
  });
  expect(exitCode).toBe(1);
  expect(stderr.split("\n").filter((line) => line.startsWith("  m"))).toEqual([
    expect.stringMatching(/^ {2}missing {4}auth0Domain: /),
    expect.stringMatching(/^ {2}malformed {2}cacheTtlSeconds: /),
    '  malformed  defaultRoutes: a segment is made of A-Z a-z 0-9 . _ ~ - or is {tenantId}, or *, at character 6 of "GET /acme*"',
    '  malformed  defaultRoutes: expected * or a comma-separated list of GET PUT HEAD POST PATCH DELETE OPTIONS in capitals, at character 1 of "get /orders"',
  ]);
  expect(await readdir(outdir)).toEqual([]);
});

test("says in one message what is missing, without a stack trace, and writes nothing", async () => {
  const { exitCode, stdout, stderr } = await runApp({});
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(
    /missing {4}auth0Domain.*missing {4}audience.*npx cdk deploy -c auth0Domain=/s,
  );
  expect(stderr).not.toMatch(/Error|^ +at /m);
  expect(await readdir(outdir)).toEqual([]);
});
