/** Finds and starts the Chromium that the journeys run in. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** @throws Error that says how to get a browser */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string {
  const named = env["CHROMIUM_PATH"] ?? "";
  if (named !== "") {
    if (existsSync(named)) return named;
    throw new Error("CHROMIUM_PATH names no file");
  }
  const folders = (env["PATH"] ?? "").split(delimiter);
  const found = [
    ...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))),
    ...ELSEWHERE,
  ].find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      "no Chromium found: install one (Debian: apt-get install chromium), or name it with CHROMIUM_PATH",
    );
  }
  return found;
}

/** The flags keep the browser from asking hosts that no test is about. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Containers run as root, where Chromium's sandbox cannot start.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}
