import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { eventually, startFixtureFunctions } from "./fixture-functions.ts";

const TICKER = `let ticks = 0;
setInterval(() => ticks++, 20);
export const handler = async () => ({ ticks, pid: process.pid });`;

/** The state letter of proc(5): T is stopped, Z dead but not yet collected; undefined when there is no such process. */
function stateOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0];
  } catch {
    return undefined;
  }
}

const isGone = (pid: number): boolean =>
  [undefined, "Z", "X"].includes(stateOf(pid));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// Process states are read from /proc, and elsewhere than on Linux there is none.
describe.runIf(process.platform === "linux")("a frozen environment", () => {
  test("does nothing between two events", async () => {
    await using functions = startFixtureFunctions({ Ticker: { code: TICKER } });
    const invoke = async () => {
      const result = await functions.invoke("Ticker", {});
      return (result as { payload: { ticks: number; pid: number } }).payload;
    };
    const before = await invoke();
    await eventually(() => stateOf(before.pid) === "T");
    await pause(400);
    const after = await invoke();
    expect(after.pid).toBe(before.pid);
    // Unfrozen it would have counted 20; a timer that has come due fires once after the thaw.
    expect(after.ticks - before.ticks).toBeLessThan(5);
  });

  test("still has its connections after the thaw", async () => {
    const sockets = new Set<unknown>();
    const server = createServer((request, response) => {
      sockets.add(request.socket);
      response.end("hello");
    });
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", resolve),
    );
    const { port } = server.address() as AddressInfo;
    await using functions = startFixtureFunctions({
      Client: {
        code: `export const handler = async () => (await fetch("http://127.0.0.1:${port}/")).text();`,
      },
    });
    for (let i = 0; i < 3; i++) {
      expect(await functions.invoke("Client", {})).toMatchObject({
        payload: "hello",
      });
      await pause(100);
    }
    expect(sockets.size).toBe(1);
    server.close();
    server.closeAllConnections();
  });

  test("is gone after stop", async () => {
    const functions = startFixtureFunctions({ Ticker: { code: TICKER } });
    const result = await functions.invoke("Ticker", {});
    const { pid } = (result as { payload: { pid: number } }).payload;
    await eventually(() => stateOf(pid) === "T");
    await functions[Symbol.asyncDispose]();
    expect(isGone(pid)).toBe(true);
  });

  test("is replaced when something kills it", async () => {
    await using functions = startFixtureFunctions({ Ticker: { code: TICKER } });
    const first = await functions.invoke("Ticker", {});
    process.kill(
      (first as { payload: { pid: number } }).payload.pid,
      "SIGKILL",
    );
    await eventually(() => functions.count("Ticker").environments === 0);
    expect(await functions.invoke("Ticker", {})).toMatchObject({
      kind: "success",
      coldStart: true,
    });
  });

  test.each(["idle", "busy"])(
    "does not outlive a parent that is killed while it is %s",
    async (state) => {
      const module = new URL("fixture-functions.ts", import.meta.url).href;
      const handler =
        state === "idle"
          ? `export const handler = async () => process.pid;`
          : `console.log(process.pid); export const handler = async () => { for (;;) {} };`;
      const parent = spawn(
        process.execPath,
        [
          "--input-type=module",
          "--eval",
          `const { startFixtureFunctions } = await import(${JSON.stringify(module)});
           const functions = startFixtureFunctions(
             { F: { code: ${JSON.stringify(handler)}, properties: { Timeout: 60 } } },
             { onLog: ({ line }) => console.log(line.split("\\t").at(-1)) });
           const { payload } = await functions.invoke("F", {});
           console.log(payload);
           setInterval(() => {}, 1000);`,
        ],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const pid = await new Promise<number>((resolve) =>
        parent.stdout.once("data", (data: Buffer) => {
          resolve(Number(data.toString()));
        }),
      );
      await eventually(() => stateOf(pid) === (state === "idle" ? "T" : "R"));
      parent.kill("SIGKILL");
      await eventually(() => isGone(pid));
    },
  );
});
