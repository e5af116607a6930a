/** The context keys of the key-set snapshot, as the props of the same names. */
import { Duration } from "aws-cdk-lib";
import type { ContextReader } from "./context-reader.ts";
import {
  findSnapshotProblems,
  type TenantAuthorizerOptions,
} from "./tenant-authorizer-options.ts";

export type SnapshotOptions = {
  readonly [Name in "jwksSnapshot" | "jwksSnapshotMaxAge"]:
    TenantAuthorizerOptions[Name] | undefined;
};

/** @param issuers whose keys must be in the file */
export function readSnapshot(
  { readText, readInteger, addMalformed }: ContextReader,
  issuers: readonly string[],
): SnapshotOptions {
  const jwksSnapshot = readText("jwksSnapshot");
  const days = readInteger("jwksSnapshotMaxAgeDays", SNAPSHOT_DAYS);
  const jwksSnapshotMaxAge =
    days === undefined ? undefined : Duration.days(days);
  for (const problem of findSnapshotProblems({
    issuers,
    jwksSnapshot,
    jwksSnapshotMaxAge,
  })) {
    addMalformed("jwksSnapshot", problem);
  }
  if (jwksSnapshot === undefined && days !== undefined) {
    addMalformed(
      "jwksSnapshotMaxAgeDays",
      "means nothing without jwksSnapshot",
    );
  }
  return { jwksSnapshot, jwksSnapshotMaxAge };
}

/** A revoked key stands in it for that long. */
const SNAPSHOT_DAYS = { min: 1, max: 365 } as const;
