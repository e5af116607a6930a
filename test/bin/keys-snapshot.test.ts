/** The command, against an issuer on the loopback. */
import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { readFile, rm } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type Certificate,
  createCertificate,
  startTlsServer,
  type TlsServer,
  trustCertificate,
} from "../support/tls-server.ts";
import {
  createSigningKey,
  jwksBytes,
  jwksOf,
  signingKey,
} from "../support/tokens.ts";
import { parseKeySetSnapshots } from "../../lambda/authorizer/adapters/key-set-snapshot.ts";
import { runKeysSnapshot } from "../../bin/keys-snapshot/run-keys-snapshot.ts";
import packageJson from "../../package.json" with { type: "json" };

const folder = mkdtempSync(join(tmpdir(), "keys-snapshot-"));
const certificateFile = join(folder, "issuer.pem");
const out = join(folder, "out");
let certificate: Certificate;
let distrust: () => void;
let server: TlsServer;
let answer: RequestListener;

beforeAll(async () => {
  certificate = await createCertificate();
  writeFileSync(certificateFile, certificate.cert);
  distrust = trustCertificate(certificate);
  server = await startTlsServer(certificate, (request, response) => {
    answer(request, response);
  });
});
afterEach(async () => {
  await rm(out, { force: true, recursive: true });
});
afterAll(async () => {
  distrust();
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Two issuers of one server. */
const acme = () => `${server.origin}acme/`;
const globex = () => `${server.origin}globex/`;
const jwksUriOf = (issuer: string) => `${issuer}.well-known/jwks.json`;

function serve(body: string | Uint8Array, status = 200): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { location: "/elsewhere" }).end(body);
  };
}

const run = (...args: readonly string[]) => runKeysSnapshot(args);

describe("npm run keys:snapshot", () => {
  const [, file = ""] = packageJson.scripts["keys:snapshot"].split(" ");
  const start = (...args: readonly string[]) =>
    promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, "../..", file), ...args],
      {
        cwd: folder,
        env: { ...process.env, NODE_EXTRA_CA_CERTS: certificateFile },
      },
    );

  test("writes jwks-snapshot.json unless it is told otherwise", async () => {
    answer = serve(jwksBytes(signingKey()));
    const { stdout } = await start("--issuer", acme());
    expect(stdout).toContain("written to jwks-snapshot.json");
    const text = await readFile(join(folder, "jwks-snapshot.json"), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      sets: { [jwksUriOf(acme())]: jwksOf(signingKey()) },
    });
  });

  test("ends with the exit code, and a message without a stack trace", async () => {
    await expect(start("--issuer", "http://acme.auth0.com/")).rejects.toEqual(
      expect.objectContaining({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(
          /^keys:snapshot: issuer "http:\/\/acme\.auth0\.com\/" must begin with https:[^\n]*\n$/,
        ) as string,
      }),
    );
  });
});

describe("a snapshot", () => {
  test("is a file that the authorizer reads, with the usable keys of every issuer", async () => {
    const [first, second] = [signingKey("first"), signingKey("second")];
    const weak = createSigningKey("weak", { modulusLength: 1_024 });
    answer = (request, response) => {
      const keys = request.url?.startsWith("/acme") ? [first] : [weak, second];
      response.end(jwksBytes(...keys));
    };
    const beforeMs = Date.now();
    const { exitCode, stdout, stderr } = await run(
      ...["--issuer", acme(), "--issuer", globex(), "--out", out],
    );
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `${acme()} 1 key\n${globex()} 1 key\nwritten to ${out}: deploy with -c jwksSnapshot=${out}\n`,
    );

    const snapshots = parseKeySetSnapshots(await readFile(out), 60);
    const read = [...(snapshots ?? [])].map(
      ([jwksUri, { keys, takenAtMs }]) => {
        expect(takenAtMs).toBeGreaterThanOrEqual(beforeMs);
        expect(takenAtMs).toBeLessThanOrEqual(Date.now());
        return [jwksUri, [...keys.values()]];
      },
    );
    expect(read).toEqual([
      [jwksUriOf(acme()), [first.jwk]],
      [jwksUriOf(globex()), [second.jwk]],
    ]);
  });

  test("replaces the one before, and leaves nothing else behind", async () => {
    writeFileSync(out, "of yesterday");
    answer = serve(jwksBytes(signingKey()));
    const before = readdirSync(folder);
    expect(await run("--issuer", acme(), "--out", out)).toMatchObject({
      exitCode: 0,
    });
    expect(JSON.parse(await readFile(out, "utf8"))).toMatchObject({
      sets: { [jwksUriOf(acme())]: jwksOf(signingKey()) },
    });
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("nothing is written", () => {
  const usable = () => jwksBytes(signingKey());

  test.each<[string, RequestListener, RegExp]>([
    ["when the issuer says 404", serve("", 404), /: status 404\n/],
    [
      "when the issuer redirects",
      serve(usable(), 302),
      /: status 302: a redirect, which is not followed; give the issuer exactly as in iss\n/,
    ],
    [
      "when the issuer breaks off",
      (_request, response) => response.destroy(),
      /: connection failed \(ECONNRESET\)\n/,
    ],
    [
      "when the answer is HTML",
      serve("<html>"),
      / holds no usable key \(RS256, RSA of 2048 bits or more, with a kid\)\n/,
    ],
    ["when the set is empty", serve('{"keys":[]}'), / holds no usable key /],
    [
      "when the only key is weak",
      serve(jwksBytes(createSigningKey("weak", { modulusLength: 1_024 }))),
      / holds no usable key /,
    ],
    [
      "when the answer is huge",
      serve(`${" ".repeat(100_000)}${usable().toString()}`),
      /: body over 100000 bytes\n/,
    ],
  ])("%s", async (_name, listener, message) => {
    writeFileSync(out, "of yesterday");
    answer = listener;
    const { exitCode, stdout, stderr } = await run(
      ...["--issuer", acme(), "--out", out],
    );
    expect(stderr).toMatch(message);
    expect(stderr).toContain(`keys:snapshot: ${jwksUriOf(acme())}`);
    expect(stderr).toMatch(/\nkeys:snapshot: nothing was written\n$/);
    expect(stdout).toBe("");
    expect(exitCode).toBe(1);
    expect(await readFile(out, "utf8")).toBe("of yesterday");
  });

  test("when one of several issuers fails, and each that does is named", async () => {
    answer = (request, response) => {
      if (request.url?.startsWith("/acme")) response.end(usable());
      else response.writeHead(500).end();
    };
    const { exitCode, stderr } = await run(
      ...["--issuer", acme(), "--issuer", globex(), "--out", out],
    );
    expect(stderr).toBe(
      `keys:snapshot: ${jwksUriOf(globex())}: status 500\nkeys:snapshot: nothing was written\n`,
    );
    expect(exitCode).toBe(1);
    expect(readdirSync(folder)).not.toContain("out");
  });

  test("when the certificate is not trusted", async () => {
    answer = serve(usable());
    distrust();
    const { exitCode, stderr } = await run("--issuer", acme(), "--out", out);
    distrust = trustCertificate(certificate);
    expect(stderr).toMatch(/: connection failed \([A-Z_]*SELF_SIGNED[A-Z_]*\)/);
    expect(exitCode).toBe(1);
  });

  test("when the file cannot be, and nothing half done stays behind", async () => {
    answer = serve(usable());
    const nowhere = join(folder, "no-such-folder", "keys.json");
    expect(await run("--issuer", acme(), "--out", nowhere)).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: `keys:snapshot: ${nowhere} cannot be written (ENOENT)\n`,
    });

    mkdirSync(out);
    const before = readdirSync(folder);
    expect(await run("--issuer", acme(), "--out", out)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/cannot be written \(EISDIR\)/) as string,
    });
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("a command that is not understood says what to write", () => {
  test.each<[string, readonly string[], RegExp]>([
    [
      "without an issuer",
      [],
      /^keys:snapshot: name at least one issuer, as in --issuer https:\/\/acme\.eu\.auth0\.com\/\n$/,
    ],
    [
      "with an issuer without its slash",
      ["--issuer", "https://acme.eu.auth0.com"],
      /^keys:snapshot: issuer "https:\/\/acme\.eu\.auth0\.com" has no trailing slash/,
    ],
    [
      "with an issuer spoken to in clear",
      ["--issuer", "http://acme.eu.auth0.com/"],
      /must begin with https:\/\//,
    ],
    [
      "with one issuer twice",
      ["--issuer", "https://a.auth0.com/", "--issuer", "https://a.auth0.com/"],
      /the command names "https:\/\/a\.auth0\.com\/" twice/,
    ],
    [
      "with an option that is none",
      ["--isuer", "https://acme.eu.auth0.com/"],
      /Unknown option '--isuer'.*\(see npm run keys:snapshot -- --help\)/s,
    ],
  ])("%s", async (_name, args, message) => {
    const { exitCode, stdout, stderr } = await run(...args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe("");
    expect(exitCode).toBe(2);
  });
});

test("--help shows the command and its exit codes", async () => {
  const { exitCode, stdout } = await run("--help");
  expect(stdout).toMatch(
    /npm run keys:snapshot -- --issuer <URL>.*Exit codes: 0 written; 1 .*; 2 /s,
  );
  expect(exitCode).toBe(0);
});
