/** The oracle's first stage: what can be said of a token without a key. */
import { isUtf8 } from "node:buffer";
import type { Deployment } from "./world.ts";

/** An object's own members, and nothing that it may inherit. */
export type Claims = ReadonlyMap<string, unknown>;

export interface RawJudgement {
  readonly reasons: readonly string[];
  readonly header: Claims;
  readonly payload: Claims;
  readonly token: string;
}

/** "Raw, before any cache or network". */
export function judgeRaw(
  authorization: string,
  { issuers }: Deployment,
): RawJudgement {
  const reasons: string[] = [];
  const scheme = authorization.slice(0, 6);
  if (scheme.toLowerCase() !== "bearer" || authorization[6] !== " ") {
    reasons.push("authorization_malformed");
  }
  const token = authorization.slice(7);
  if (token.startsWith(" ")) reasons.push("authorization_malformed");
  if (Buffer.byteLength(token) > 8_192) reasons.push("token_too_large");

  const parts = token.split(".");
  if (parts.length === 5) reasons.push("token_encrypted");
  else if (parts.length !== 3) reasons.push("token_malformed");
  if (!parts.every(isCanonical)) reasons.push("token_not_canonical");

  const [header, payload] = [parts[0] ?? "", parts[1] ?? ""].map((part) => {
    const bytes = Buffer.from(part, "base64url");
    const object = isUtf8(bytes) ? readObject(bytes.toString()) : undefined;
    if (object === undefined) reasons.push("token_malformed");
    else if (depthOf(bytes.toString()) > 64) reasons.push("json_too_deep");
    return object ?? (new Map() as Claims);
  }) as [Claims, Claims];

  if (header.get("alg") !== "RS256") reasons.push("algorithm_not_allowed");
  const types: readonly unknown[] = ["JWT", "at+jwt"];
  if (header.has("typ") && !types.includes(header.get("typ"))) {
    reasons.push("type_not_allowed");
  }
  if (header.has("crit") || header.has("b64")) reasons.push("critical_header");
  const kid = header.get("kid");
  if (typeof kid !== "string" || !isPlain(kid) || kid.length > 128) {
    reasons.push("kid_malformed");
  }
  const iss = payload.get("iss");
  if (!issuers.some((issuer) => issuer === iss)) {
    reasons.push("issuer_not_allowed");
  }
  const times = ["exp", "iat", "nbf"].filter((name) => payload.has(name));
  if (!times.every((name) => isDate(payload.get(name)))) {
    reasons.push("time_claim_malformed");
  }
  return { reasons, header, payload, token };
}

/** Whether encoding the decoded bytes gives the text back. */
function isCanonical(part: string): boolean {
  return (
    part !== "" && Buffer.from(part, "base64url").toString("base64url") === part
  );
}

function readObject(text: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Object.prototype.toString.call(value) === "[object Object]"
      ? new Map(Object.entries(value as object))
      : undefined;
  } catch {
    // Not JSON.
    return undefined;
  }
}

/** How deep brackets nest in the text, strings left out. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const sign of text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "")) {
    if (sign === "{" || sign === "[") deepest = Math.max(deepest, (depth += 1));
    if (sign === "}" || sign === "]") depth -= 1;
  }
  return deepest;
}

/** Not empty, and ASCII that leaves a mark on paper. */
export function isPlain(text: string): boolean {
  return (
    text !== "" &&
    Array.from(text).every((sign) => sign > " " && sign < "\u007f")
  );
}

/** A number that a JavaScript Date can hold, in seconds. */
function isDate(value: unknown): boolean {
  return (
    typeof value === "number" &&
    !Number.isNaN(new Date(value * 1_000).getTime())
  );
}
