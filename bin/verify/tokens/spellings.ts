import type { Forgery } from "./forgeries.ts";
import type { TokenParts } from "./token-parts.ts";

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/**
 * The same token in other letters. The last character of a signature of 256 bytes holds four bits that a lenient
 * decoder drops, and padding may follow: 48 spellings of one token, of which one is canonical (RFC 4648 §3.5). Each
 * would have a place of its own in a cache, and slip past a list of revoked tokens.
 */
export function otherSpellings({ text }: TokenParts): readonly Forgery[] {
  const { header, claims, signature } = text;
  const last = ALPHABET.indexOf(signature.slice(-1));
  // Two characters hold one byte and four bits more, three hold two bytes and two bits more.
  const looseBits = [0, 0, 4, 2][signature.length % 4] ?? 0;
  const spell = (name: string, changed: string): Forgery => ({
    name,
    token: `${header}.${claims}.${changed}`,
  });
  const stem = signature.slice(0, -1);
  const base = (last >> looseBits) << looseBits;
  const loose = Array.from({ length: 2 ** looseBits }, (_, bits) => bits);
  return [
    ...loose
      .flatMap((bits) =>
        ["", "=", "=="].map((padding) => ({
          bits,
          padding,
          changed: `${stem}${ALPHABET[base + bits] ?? ""}${padding}`,
        })),
      )
      .filter(({ changed }) => changed !== signature)
      .map(({ bits, padding, changed }) =>
        spell(
          `loose bits ${bits}${padding === "" ? "" : `, padding ${padding}`}`,
          changed,
        ),
      ),
    spell(
      "the alphabet of plain base64",
      `${signature.replaceAll("-", "+").replaceAll("_", "/")}==`,
    ),
  ];
}
