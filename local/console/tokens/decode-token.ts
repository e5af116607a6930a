import { isRecord } from "../../json.ts";

export interface DecodedToken {
  readonly header?: unknown;
  readonly claims?: unknown;
}

/** For showing: what stands in a token, with nobody vouching for it; empty where there is nothing to read. */
export function decodeToken(token: string): DecodedToken {
  const [header = "", claims = ""] = token.split(".");
  const parts = { header: decodePart(header), claims: decodePart(claims) };
  return isRecord(parts.header) && isRecord(parts.claims) ? parts : {};
}

function decodePart(part: string): unknown {
  try {
    return JSON.parse(
      Buffer.from(part, "base64url").toString("utf8"),
    ) as unknown;
  } catch {
    return undefined;
  }
}
