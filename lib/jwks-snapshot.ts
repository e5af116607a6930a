/**
 * The key-set snapshot that goes into the authorizer's bundle. What the function would refuse to start with, or
 * never use, is refused at synthesis, where it can still be repaired.
 */
import { createPublicKey, type JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { Duration, Token } from "aws-cdk-lib";
import { COMMAND_NAMES } from "./command-names.ts";

/** The snapshot's name in the bundle. */
export const BUNDLED_JWKS_SNAPSHOT = "jwks-snapshot.json";

export const DEFAULT_JWKS_SNAPSHOT_MAX_AGE: Duration = Duration.days(7);

export interface SnapshotExpectations {
  /** The issuers whose key sets must be in it. */
  readonly issuers: readonly string[];

  /** How old it may be. */
  readonly maxAge: Duration;

  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** What is wrong with the file, in words that say what to do. */
export function findJwksSnapshotProblems(
  path: string,
  { issuers, maxAge, nowMs }: SnapshotExpectations,
): readonly string[] {
  const name = `jwksSnapshot ${JSON.stringify(path)}`;
  const remedy = `write it with ${COMMAND_NAMES.keysSnapshot} ${issuers
    .map((issuer) => `--issuer ${issuer} `)
    .join("")}--out ${path}`;
  if (Token.isUnresolved(path)) {
    return ["jwksSnapshot must be known at synthesis: it is a file's path"];
  }
  const file = readText(path);
  if (typeof file !== "string") {
    return [`${name} cannot be read (${file.code}): ${remedy}`];
  }
  const snapshot = parseSnapshot(file);
  if (snapshot === undefined) {
    return [`${name} is not a key-set snapshot: ${remedy}`];
  }
  const { takenAtMs, sets } = snapshot;
  const missing = issuers
    .map((issuer) => `${issuer}.well-known/jwks.json`)
    .filter((jwksUri) => !sets.has(jwksUri))
    .map((jwksUri) => `${name} does not hold ${jwksUri}: ${remedy}`);
  // Of an issuer that is not configured too: the function takes the file as a whole.
  const unusable = [...sets]
    .filter(([, jwks]) => !holdsUsableKey(jwks))
    .map(([jwksUri]) => `${name} has no usable key of ${jwksUri}: ${remedy}`);
  const age = findAgeProblem(nowMs - takenAtMs, maxAge);
  return [
    ...missing,
    ...unusable,
    ...(age === undefined ? [] : [`${name} ${age}: ${remedy}`]),
  ];
}

function readText(path: string): string | { readonly code: string } {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? "unreadable" };
  }
}

interface Snapshot {
  readonly takenAtMs: number;
  readonly sets: ReadonlyMap<string, unknown>;
}

function parseSnapshot(text: string): Snapshot | undefined {
  const { takenAt, sets } = parseObject(text) as Record<string, unknown>;
  const takenAtMs = typeof takenAt === "string" ? Date.parse(takenAt) : NaN;
  return Number.isFinite(takenAtMs) && isObject(sets)
    ? { takenAtMs, sets: new Map(Object.entries(sets)) }
    : undefined;
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // Not JSON, so it holds nothing.
    return {};
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The clock of whoever took it may have been a little ahead. */
const CLOCK_DIFFERENCE_MS = 60_000;
const DAY_MS = 86_400_000;

function findAgeProblem(ageMs: number, maxAge: Duration): string | undefined {
  if (ageMs < -CLOCK_DIFFERENCE_MS) return "was taken in the future";
  if (maxAge.isUnresolved() || ageMs < maxAge.toMilliseconds()) {
    return undefined;
  }
  const limit = maxAge.toMilliseconds() / DAY_MS;
  return `is ${inDays(ageMs / DAY_MS)} old and may be ${inDays(limit)} old`;
}

function inDays(days: number): string {
  const rounded = Number(days.toFixed(1));
  return rounded === 1 ? "1 day" : `${rounded} days`;
}

/** As the function selects keys (lambda/authorizer/adapters/key-set.ts); a test holds the two together. */
function holdsUsableKey(jwks: unknown): boolean {
  const keys = isObject(jwks) ? jwks["keys"] : undefined;
  return Array.isArray(keys) && keys.slice(0, 100).some(isUsableKey);
}

function isUsableKey(jwk: unknown): boolean {
  if (!isObject(jwk)) return false;
  const { kty, kid, use = "sig", alg = "RS256", key_ops = ["verify"] } = jwk;
  return (
    kty === "RSA" &&
    typeof kid === "string" &&
    /^[\x21-\x7e]{1,128}$/.test(kid) &&
    use === "sig" &&
    alg === "RS256" &&
    Array.isArray(key_ops) &&
    key_ops.includes("verify") &&
    isStrong(jwk)
  );
}

function isStrong({ n, e }: Record<string, unknown>): boolean {
  try {
    const key = createPublicKey({
      key: { kty: "RSA", n, e } as JsonWebKey,
      format: "jwk",
    });
    const { modulusLength = 0, publicExponent = 0n } =
      key.asymmetricKeyDetails ?? {};
    return (
      modulusLength >= 2_048 &&
      modulusLength <= 16_384 &&
      publicExponent >= 65_537n &&
      publicExponent < 2n ** 64n &&
      publicExponent % 2n === 1n
    );
  } catch {
    // Not a key that OpenSSL can read.
    return false;
  }
}
