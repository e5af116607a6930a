import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { curlCommand } from "../../../local/console/requests/curl-command.ts";

const URL = "http://localhost:4010/prod";

/** What a shell makes of the line: the words after `curl`. */
function wordsOf(command: string): readonly string[] {
  const script = `curl() { for word; do printf '%s\\0' "$word"; done; }; ${command}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
}

test("a shell reads it back as the request that was sent", () => {
  const command = curlCommand(
    {
      token: "a.b.c",
      method: "POST",
      path: "/acme/o'orders?x=$HOME&y=[1]",
      headers: [["X-A", "it's `id`"]],
      body: '@{"a": "$(id)"}',
    },
    URL,
  );
  expect(wordsOf(command)).toEqual([
    "-i",
    "--path-as-is",
    "--globoff",
    "-X",
    "POST",
    "-H",
    "Authorization: Bearer a.b.c",
    "-H",
    "X-A: it's `id`",
    "--data-raw",
    '@{"a": "$(id)"}',
    `${URL}/acme/o'orders?x=$HOME&y=[1]`,
  ]);
});

test("without a token there is no header for one, and HEAD does not wait for a body", () => {
  const call = { token: undefined, method: "HEAD", path: "/" };
  expect(wordsOf(curlCommand(call, URL))).toEqual([
    "-i",
    "--path-as-is",
    "--globoff",
    "--head",
    `${URL}/`,
  ]);
});
