/** The search through all output of a run, whose tokens nobody has written down: by what every token looks like. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CANARIES } from "../attacks/baseline.ts";
import { CLIENT_ID, SUBJECT } from "../support/tokens.ts";

/** Base64url of `{"`, and on: the beginning of each token's header and of its payload. */
const TOKEN_PART = /eyJ[A-Za-z0-9_-]{9,}/g;
/** Claims that so many suites use that one of them would turn up. */
const CLAIMS: readonly string[] = [
  SUBJECT,
  CLIENT_ID,
  CANARIES.jti,
  CANARIES["https://acme.com/email"],
];
/** What a line of a decision's log holds, in either of Lambda's formats. */
const DECISION =
  /outcome["']?: ?["'](?:allow|forbid|unauthenticated|could_not_tell)["']/g;

export interface ScanResult {
  readonly processes: number;
  readonly bytes: number;
  /** Lines by the authorizer; none would mean that there was nothing to search. */
  readonly decisions: number;
  /** The lines in which something of a token stands. */
  readonly leaks: readonly string[];
}

export function scanOutput(folder: string): ScanResult {
  const files = readdirSync(folder);
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8"));
  return {
    processes: files.length,
    bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
    decisions: texts.reduce(
      (sum, text) => sum + (text.match(DECISION)?.length ?? 0),
      0,
    ),
    leaks: texts.flatMap((text, index) =>
      text
        .split("\n")
        .filter((line) => isLeak(line))
        .map((line) => `${files[index] ?? ""}: ${line.slice(0, 300)}`),
    ),
  };
}

export function isLeak(line: string): boolean {
  return (
    line.search(TOKEN_PART) !== -1 ||
    CLAIMS.some((claim) => line.includes(claim))
  );
}
