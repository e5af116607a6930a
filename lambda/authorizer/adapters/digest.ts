import { hash } from "node:crypto";

/** What a secret text is remembered by: SHA-256 of every byte, a token's signature too. The text itself is not kept. */
export function digestOf(text: string): string {
  return hash("sha256", text, "base64url");
}
