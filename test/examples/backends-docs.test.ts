/** What docs/backends.md shows is run, and what it lists is what there is. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ANSWERS } from "../../examples/express/refusal.ts";
import {
  PROJECT_ROOT,
  startBackendProcess,
  type BackendProcess,
} from "./backend-process.ts";
import {
  callWith,
  createCertificateFolder,
  readSnippet,
  type CertificateFolder,
} from "./mutual-tls.ts";

describe("the Node server of docs/backends.md", () => {
  let folder: CertificateFolder;
  let server: BackendProcess;

  beforeAll(async () => {
    folder = await createCertificateFolder();
    writeFileSync(join(folder.path, "server.ts"), readSnippet("node"));
    writeFileSync(
      join(folder.path, "app.ts"),
      `import type { RequestListener } from "node:http";
       export const app: RequestListener = (_, response) => void response.end("ok");`,
    );
    // The snippet prints nothing, and a free port is known to nobody else.
    writeFileSync(
      join(folder.path, "start.ts"),
      `import { Server } from "node:https";
       const listen = Server.prototype.listen;
       Server.prototype.listen = function (this: Server, port: number) {
         return listen.call(this, port, "127.0.0.1", () => {
           const address = this.address();
           console.log("https://127.0.0.1:" + (typeof address === "object" ? address?.port : ""));
         });
       } as typeof listen;
       await import("./server.ts");`,
    );
    server = await startBackendProcess({
      command: process.execPath,
      args: ["start.ts"],
      cwd: folder.path,
      env: { PORT: "0" },
    });
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  test("answers whoever shows the gateway's certificate", async () => {
    expect(await callWith(server.url, folder, folder.gateway)).toBe(200);
  });

  test("refuses whoever shows none", async () => {
    expect(await callWith(server.url, folder, undefined)).toBe("refused");
  });

  test("refuses another certificate of the same name", async () => {
    expect(await callWith(server.url, folder, folder.stranger)).toBe("refused");
  });
});

test("docs/backends.md lists every refusal, as it is answered", () => {
  const docs = readFileSync(join(PROJECT_ROOT, "docs", "backends.md"), "utf8");
  const [, table = ""] =
    /<!-- table:refusals -->(.*?)<!-- \/table -->/s.exec(docs) ?? [];
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    );
  expect(rows).toEqual(
    Object.entries(ANSWERS).map(([code, { status, message }]) => [
      code,
      String(status),
      message,
    ]),
  );
});
