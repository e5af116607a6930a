import type { RequestListener } from "node:http";
import { buffer } from "node:stream/consumers";
import type { AnswerDelay } from "../answer-delay.ts";
import { isFromThisMachine } from "../loopback-only.ts";
import type { CallDynalite } from "./dynalite-call.ts";
import { readTableWrites } from "./table-writes.ts";
import type { WriteWatcher } from "./write-watcher.ts";

/** Hands every request to dynalite, byte for byte as its answer, and lets the watcher see the writes. */
export function createTableListener(
  call: CallDynalite,
  { watch }: Pick<WriteWatcher, "watch">,
  delay: Pick<AnswerDelay, "wait">,
): RequestListener {
  return (request, response) => {
    // dynalite lets every web page in the world read and write its rows; ours are for this machine.
    if (!isFromThisMachine(request)) {
      response.writeHead(403).end();
      return;
    }
    void (async () => {
      const { method, url, headers } = request;
      // The whole of it first: a request that breaks off would take dynalite down.
      const body = await buffer(request).catch(() => undefined);
      if (body === undefined) return;
      // Before it is looked at, so that what is answered late is what the table then holds.
      await delay.wait();
      // Who has hung up while waiting has written nothing.
      if (response.destroyed) return;
      const target = headers["x-amz-target"];
      const writes = readTableWrites(
        typeof target === "string" ? target : undefined,
        body,
      );
      const answer = await watch(writes, () =>
        call({ method, url, headers, body }),
      );
      response.statusCode = answer.status;
      for (const [name, value] of answer.headers) {
        response.setHeader(name, value);
      }
      response.end(answer.body);
    })();
  };
}
