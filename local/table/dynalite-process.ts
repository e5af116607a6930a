/**
 * The child process that is the table: dynalite on loopback, its rows on disk, so that killing it is an outage and
 * starting it again brings the same rows back. Arguments: port and directory. Reports its port to the parent.
 */
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { isFromThisMachine } from "../loopback-only.ts";

const [port, path = ""] = process.argv.slice(2);
const server = dynalite({
  path,
  createTableMs: 0,
  deleteTableMs: 0,
  updateTableMs: 0,
});

// dynalite lets every web page in the world read and write its rows; ours are for this machine.
const [answer] = server.listeners("request") as [RequestListener];
server.removeAllListeners("request").on("request", (request, response) => {
  if (isFromThisMachine(request)) {
    answer(request, response);
  } else {
    response.writeHead(403).end();
  }
});

// A frozen function keeps its connection; DynamoDB's own is not closed after Node's five idle seconds either.
server.keepAliveTimeout = 60_000;

server.on("error", (error: NodeJS.ErrnoException) => {
  process.send?.({ code: error.code ?? error.message });
  process.exit(1);
});
server.listen(Number(port), "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when the table goes.
process.on("SIGINT", () => undefined);
