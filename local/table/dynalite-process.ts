/**
 * The child process that is the table: dynalite on loopback, its rows on disk, so that killing it is an outage and
 * starting it again brings the same rows back. dynalite has no streams: this process tells its parent what each
 * write changes. Arguments: port and directory.
 */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { createAnswerDelay } from "../answer-delay.ts";
import { createDynaliteCall, readItem } from "../streams/dynalite-call.ts";
import type { FromTable, ToTable } from "../streams/messages.ts";
import { createTableListener } from "../streams/table-requests.ts";
import { createWriteWatcher } from "../streams/write-watcher.ts";

const [port, path = ""] = process.argv.slice(2);
// Never listens itself.
const [dynaliteListener] = dynalite({
  path,
  createTableMs: 0,
  deleteTableMs: 0,
  updateTableMs: 0,
}).listeners("request") as [RequestListener];

const tell = (message: FromTable): void => {
  process.send?.(message);
};
const call = createDynaliteCall(dynaliteListener);
const watcher = createWriteWatcher({
  readItem: (tableName, keys) => readItem(call, tableName, keys),
  onWriting: (item) => {
    tell({ kind: "writing", item });
  },
  onSettled: (item) => {
    tell({ kind: "settled", ...item });
  },
});

const delay = createAnswerDelay();
const server = createServer(createTableListener(call, watcher, delay));
// A frozen function keeps its connection; DynamoDB's own is not closed after Node's five idle seconds either.
server.keepAliveTimeout = 60_000;
server.on("error", (error: NodeJS.ErrnoException) => {
  tell({ kind: "failed", code: error.code ?? error.message });
  process.exit(1);
});

process.on("message", (message: ToTable) => {
  if (message.kind === "watch") {
    watcher.watchTable(message.table);
    tell({ kind: "watching", tableName: message.table.tableName });
  } else if (message.kind === "delay") {
    delay.set(message.ms);
  } else {
    for (const table of message.tables) {
      watcher.watchTable(table);
    }
    void Promise.all(message.unsettled.map(watcher.settle)).then(() => {
      server.listen(Number(port), "127.0.0.1", () => {
        const address = server.address() as AddressInfo;
        tell({ kind: "listening", port: address.port });
      });
    });
  }
});
process.on("disconnect", () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when the table goes.
process.on("SIGINT", () => undefined);
