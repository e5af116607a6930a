import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Endpoints } from "../../../local/endpoints.ts";
import { eventually } from "../functions/fixture-functions.ts";

const PROGRAM = join(import.meta.dirname, "../../../local/start.ts");

let directory: string;
let started: ChildProcess[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "start-test-"));
  started = [];
});
afterEach(() => {
  for (const child of started) {
    child.kill("SIGKILL");
  }
  rmSync(directory, { recursive: true, force: true });
});

function start(args: readonly string[]) {
  const child = spawn(
    process.execPath,
    [PROGRAM, "--state-dir", directory, ...args],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const exited = once(child, "close").then(([code]) => code as number | null);
  return { child, exited, output: () => output };
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

async function findFreePorts(): Promise<readonly string[]> {
  const servers = await Promise.all([listen(), listen(), listen(), listen()]);
  for (const { server } of servers) {
    server.close();
  }
  const names = ["--port", "--issuer-port", "--table-port", "--control-port"];
  return servers.flatMap(({ port }, i) => [names[i] ?? "", String(port)]);
}

describe("a flag that cannot be right", () => {
  test.each([
    { args: ["--prot", "1"], says: "Unknown option '--prot'" },
    { args: ["4010"], says: "Unexpected argument '4010'" },
    { args: ["--port", "x"], says: "--port must be a whole number" },
    { args: ["--port", "65534"], says: "--port is too high" },
    { args: ["--port", "4010", "--table-port", "4010"], says: "must differ" },
    { args: ["--port", "4010", "--spa-port", "4013"], says: "must differ" },
    { args: ["--stack", "Shop"], says: "--stack goes with --app or" },
    {
      args: ["--app", "node app.js", "--assembly", "cdk.out"],
      says: "give --app or --assembly, not both",
    },
    {
      args: ["--assembly", "cdk.out", "--tenant-claim", "org_id"],
      says: "--tenant-claim is for the sample stack",
    },
    { args: ["-c", "plans"], says: "-c takes KEY=VALUE" },
    { args: ["-c", "issuer=x"], says: "the local run has its own" },
    { args: ["--token-lifetime", "0"], says: "seconds from 1 to 2592000" },
    { args: ["--token-lifetime", "2592001"], says: "from 1 to 2592000" },
    { args: ["--token-lifetime", "1e3"], says: "--token-lifetime must be" },
  ])("$args ends with exit code 2 and says why", async ({ args, says }) => {
    const { exited, output } = start(args);
    expect(await exited).toBe(2);
    expect(output()).toContain(says);
    expect(output()).not.toMatch(/\n\s+at /);
  });
});

test("a busy port is named, with a command that gets around it", async () => {
  const { server, port } = await listen();
  const { exited, output } = start(["--port", String(port)]);
  expect(await exited).toBe(1);
  server.close();
  expect(output()).toMatch(
    new RegExp(
      `port ${port}, for the gateway, is in use: try npm start -- --port \\d+`,
    ),
  );
});

test("Ctrl-C while it starts ends it at once and leaves no lock", async () => {
  const { child, exited, output } = start(await findFreePorts());
  await eventually(() => output().includes("synthesizing"));
  child.kill("SIGINT");
  expect(await exited).toBe(0);
  expect(output().trim().split("\n")).toHaveLength(1);
  expect(existsSync(join(directory, "run.lock"))).toBe(false);
});

test("serves until it is told to stop, turns a second start away, and leaves nothing behind", async () => {
  const ports = await findFreePorts();
  const first = start(ports);
  const endpointsFile = join(directory, "endpoints.json");
  await eventually(() => existsSync(endpointsFile), 60_000);
  const endpoints = JSON.parse(
    readFileSync(endpointsFile, "utf8"),
  ) as Endpoints;
  expect(endpoints.gateway).toBe(`http://127.0.0.1:${ports[1] ?? ""}/prod`);
  expect((await fetch(`${endpoints.gateway}/acme/orders`)).status).toBe(401);
  await eventually(() => first.output().includes("401  GET /acme/orders"));

  const second = start([]);
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(
    `a local run is already going (process ${first.child.pid ?? ""})`,
  );

  first.child.kill("SIGTERM");
  expect(await first.exited).toBe(0);
  expect(existsSync(endpointsFile)).toBe(false);
  expect(existsSync(join(directory, "run.lock"))).toBe(false);
  await expect(fetch(endpoints.dynamodb)).rejects.toThrow();
}, 90_000);
