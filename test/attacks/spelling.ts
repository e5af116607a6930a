/** Other spellings of a token's parts: the same bytes to a lenient decoder, truly signed as they stand. */
import { encodePart, signInput, signingKey } from "../support/tokens.ts";
import { HEADER, accessToken, claimsWith } from "./baseline.ts";
import { partsOf } from "./forgery.ts";

export const PARTS = ["header", "payload", "signature"] as const;
export type Part = (typeof PARTS)[number];

/** A spelling: of a part's canonical text, another text. */
export type Respell = (canonical: string) => string;

/** A good token, one part spelled otherwise; the signature covers the odd spelling of header and payload. */
export function respelled(part: Part, respell: Respell): string {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    // Until the part has a length, or a character, that can be spelled in two ways.
    const parts = {
      header: encodePart({ ...HEADER, attempt: "~".repeat(attempt) }),
      payload: encodePart(
        claimsWith({ attempt: "~?>".repeat(attempt).slice(0, attempt) }),
      ),
    };
    const canonical =
      part === "signature"
        ? partsOf(signInput(`${parts.header}.${parts.payload}`))[2]
        : parts[part];
    const odd = respell(canonical);
    if (odd === canonical) continue;
    return part === "signature"
      ? `${parts.header}.${parts.payload}.${odd}`
      : signInput(
          part === "header"
            ? `${odd}.${parts.payload}`
            : `${parts.header}.${odd}`,
          signingKey(),
        );
  }
  throw new Error(`no ${part} can be spelled that way`);
}

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

export const padded: Respell = (text) =>
  text.padEnd(Math.ceil(text.length / 4) * 4, "=");

/** The bits that the last character does not need, set. */
export const withLooseBits: Respell = (text) =>
  text.length % 4 === 0
    ? text
    : text.slice(0, -1) +
      (ALPHABET[ALPHABET.indexOf(text.slice(-1)) | 1] ?? "");

/** The alphabet of plain base64 (RFC 4648 §4). */
export const inPlainAlphabet: Respell = (text) =>
  text.replaceAll("-", "+").replaceAll("_", "/");

/** One character more than any number of bytes has. */
export const ofImpossibleLength: Respell = (text) =>
  text.padEnd(Math.floor((text.length + 2) / 4) * 4 + 1, "A");

export const withInside =
  (insertion: string): Respell =>
  (text) =>
    text.slice(0, 10) + insertion + text.slice(10);

export const withAtEnd =
  (insertion: string): Respell =>
  (text) =>
    text + insertion;

/** The baseline's token after a change of its text. */
export const edited = (edit: (token: string) => string) => (): string =>
  edit(accessToken());

/** A token of exactly this many bytes, filled up with a claim. */
export function tokenOfBytes(bytes: number): string {
  const filled = (claim: string, header: string): string =>
    accessToken({ claims: { filling: claim }, header: { filling: header } });
  const unfilled = filled("", "").length;
  // Four characters of base64url hold three bytes; one of these hits, whatever the remainders are.
  const about = Math.floor(((bytes - unfilled) * 3) / 4);
  for (const header of ["", "y", "yy"]) {
    for (let size = about - 6; size <= about + 2; size += 1) {
      const token = filled("x".repeat(size), header);
      if (token.length === bytes) return token;
    }
  }
  throw new Error(`no token of ${bytes} bytes`);
}
