/** What an environment's caches weigh: measured on full ones, in a process of its own. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

export interface EntrySizes {
  /** A record with its compiled policy. */
  readonly bytesPerRecord: number;
  /** The claims of a verified token. */
  readonly bytesPerToken: number;
  /** The product's bounds on both. */
  readonly maxRecords: number;
  readonly maxTokens: number;
}

export function measureEntrySizes(): EntrySizes {
  const program = join(import.meta.dirname, "memory", "measure.ts");
  const text = execFileSync(process.execPath, ["--expose-gc", program], {
    encoding: "utf8",
  });
  return JSON.parse(text) as EntrySizes;
}

/** An upper bound: so many records, and as many verified tokens as are kept at most. */
export function estimateCacheBytes(
  records: number,
  { bytesPerRecord, bytesPerToken, maxRecords, maxTokens }: EntrySizes,
): number {
  return (
    Math.min(records, maxRecords) * bytesPerRecord + maxTokens * bytesPerToken
  );
}
