import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { ReadStream } from "node:tty";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acquireRunLock } from "../../../local/run-lock.ts";
import type { Endpoints } from "../../../local/endpoints.ts";
import { describeTenants } from "../../../local/seed.ts";
import {
  createTerminal,
  formatFunctionLog,
  writeOverview,
} from "../../../local/terminal.ts";
import { listenForKeys } from "../../../local/terminal-keys.ts";

describe("keys", () => {
  function fakeInput(isTTY: boolean) {
    const rawModes: boolean[] = [];
    const input = Object.assign(new PassThrough(), {
      isTTY,
      setRawMode: (mode: boolean) => rawModes.push(mode),
    });
    return { input: input as unknown as ReadStream, rawModes };
  }

  test("each key does what it stands for, others do nothing, and the terminal gets its mode back", () => {
    const { input, rawModes } = fakeInput(true);
    const pressed: string[] = [];
    const keys = listenForKeys(input, {
      t: () => pressed.push("t"),
      "\x03": () => pressed.push("Ctrl-C"),
    });
    input.emit("data", Buffer.from("xt"));
    input.emit("data", Buffer.from("\x03"));
    keys.close();
    input.emit("data", Buffer.from("t"));
    expect(pressed).toEqual(["t", "Ctrl-C"]);
    expect(rawModes).toEqual([true, false]);
  });

  test("an input that is no terminal is left alone", () => {
    const { input, rawModes } = fakeInput(false);
    listenForKeys(input, {}).close();
    expect(rawModes).toEqual([]);
    expect(input.listenerCount("data")).toBe(0);
  });
});

describe("the lock", () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "lock-test-"));
    file = join(directory, "run.lock");
  });
  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  test("names the running process that holds it", () => {
    expect(acquireRunLock(file)).toHaveProperty("release");
    expect(acquireRunLock(file)).toBe(process.pid);
  });

  test("can be had again after its release", () => {
    const lock = acquireRunLock(file);
    (lock as { release: () => void }).release();
    expect(acquireRunLock(file)).toHaveProperty("release");
  });

  test.each([
    {
      name: "of a process that is gone",
      holder: () => spawnSync(process.execPath, ["--version"]).pid,
    },
    { name: "that is empty", holder: () => "" },
  ])("one $name is taken over", ({ holder }) => {
    writeFileSync(file, String(holder()));
    expect(acquireRunLock(file)).toHaveProperty("release");
  });
});

test("the overview says where the console is, who can sign in, and how the application starts", () => {
  const output = new PassThrough();
  const places = {
    console: "http://localhost:4013/",
    spaOrigin: "http://localhost:4014",
    tenantClaim: "azp",
    tenants: describeTenants(),
  };
  const terminal = createTerminal(output, false);
  writeOverview(terminal, places as unknown as Endpoints, false);
  const lines = String(output.read()).split("\n");
  for (const line of [
    "  console  http://localhost:4013/  in a browser: watch decisions",
    "           Globex web app  mzI4EJV8wN34RfP1LCO5fq761ZOozKt2  single-page application",
    "           hank@globex.test, password local",
    "  Sign in as one of them: npm run example:spa in another terminal, then http://localhost:4014",
  ]) {
    expect(lines).toContain(line);
  }
});

describe("a function's log line", () => {
  const terminal = createTerminal(new PassThrough(), false);
  test.each([
    {
      name: "in JSON keeps level and message",
      line: '{"timestamp":"2026-01-01T00:00:00.000Z","level":"INFO","requestId":"1","message":{"outcome":"allow"}}',
      shown: '    Authorizer  INFO {"outcome":"allow"}',
    },
    {
      name: "in any other form is shown as it is",
      line: "Segmentation fault",
      shown: "    Authorizer  Segmentation fault",
    },
  ])("$name", ({ line, shown }) => {
    const logged = { logicalId: "Authorizer", line };
    expect(formatFunctionLog(terminal, logged)).toBe(shown);
  });
});
