import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { readBundle } from "../../bundles.ts";
import { send } from "./send.ts";

interface PageFile {
  readonly contentType: string;
  readonly read: () => string;
}

const PAGE = new URL("../page/", import.meta.url);

const FILES: Readonly<Record<string, PageFile>> = {
  "/": {
    contentType: "text/html; charset=utf-8",
    read: () => readFileSync(new URL("index.html", PAGE), "utf8"),
  },
  "/page.css": {
    contentType: "text/css; charset=utf-8",
    read: () => readFileSync(new URL("page.css", PAGE), "utf8"),
  },
  "/page.js": {
    contentType: "text/javascript; charset=utf-8",
    read: () => readBundle("console-page"),
  },
};

/** Sends a file of the page, and says whether there was one. Each is made when it is first asked for. */
export function createPageFiles(): (
  method: string | undefined,
  path: string | undefined,
  response: ServerResponse,
) => boolean {
  const made = new Map<string, string>();
  return (method, path = "", response) => {
    const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
    if (method !== "GET" || file === undefined) return false;
    const text = made.get(path) ?? file.read();
    made.set(path, text);
    send(response, 200, file.contentType, text);
    return true;
  };
}
