import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAnswerDelay } from "../../../local/answer-delay.ts";
import { createTableListener } from "../../../local/streams/table-requests.ts";

const delay = createAnswerDelay();
let calls: number;
const listener = createTableListener(
  () => {
    calls += 1;
    return Promise.resolve({ status: 200, headers: [], body: "{}" });
  },
  { watch: (_writes, forward) => forward() },
  delay,
);
const server = createServer(listener);
let endpoint: string;

beforeEach(async () => {
  calls = 0;
  delay.set(0);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("a request is answered at once when there is no delay", async () => {
  expect((await fetch(endpoint, { method: "POST" })).status).toBe(200);
  expect(calls).toBe(1);
});

test("what is held back is not begun when its client hangs up", async () => {
  delay.set(30_000);
  const arrives = once(server, "request");
  const client = new AbortController();
  const { signal } = client;
  const answer = fetch(endpoint, { method: "POST", signal });
  const [, response] = (await arrives) as [unknown, ServerResponse];
  const closes = once(response, "close");
  client.abort();
  await expect(answer).rejects.toThrow();
  await closes;
  delay.set(0);
  await setImmediate();
  expect(calls).toBe(0);
});
