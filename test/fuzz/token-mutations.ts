/** Changes to bytes and text: of the JSON before it is encoded, of the encoded parts, and of the finished token. */
import type { Random } from "./random.ts";

/** JSON as other writers would write it, and as none should. */
export function mutateJsonBytes(random: Random, bytes: Buffer): Buffer {
  const text = (): string => bytes.toString("utf8");
  return random.weighted<() => Buffer>([
    [4, () => flipBit(random, bytes)],
    [4, () => replaceByte(random, bytes)],
    [2, () => Buffer.concat([bytes.subarray(0, random.below(bytes.length))])],
    [1, () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes])],
    [1, () => Buffer.from(text(), "utf16le")],
    [2, () => Buffer.from(text().replaceAll(",", " ,\r\n\t"))],
    [
      1,
      () =>
        Buffer.from(
          `${text()}${random.pick([" ", "\n", "\0", "x", "{}", ","])}`,
        ),
    ],
    [
      1,
      () =>
        Buffer.from(
          `${random.pick([" ", "\t", "\u00a0", "\0", "//\n"])}${text()}`,
        ),
    ],
    [1, () => Buffer.from(text().replace("}", ",}"))],
    // An overlong slash, half a character, a surrogate in UTF-8, a byte that is never UTF-8.
    [
      2,
      () =>
        insert(
          random,
          bytes,
          random.pick([[0xc0, 0xaf], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xff]]),
        ),
    ],
    [1, () => Buffer.from(`[${text()}]`)],
    [1, () => Buffer.from(JSON.stringify(text()))],
    [1, () => Buffer.from(random.pick(["null", "{}", "[]", "1", '""', ""]))],
  ])();
}

const ALPHABET =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The same bytes, or nearly, in a base64 that is not the one canonical base64url. */
export function respellPart(random: Random, part: string): string {
  return random.weighted<() => string>([
    [3, () => `${part}${"=".repeat((4 - (part.length % 4)) % 4)}`],
    [1, () => `${part}=`],
    [2, () => part.replaceAll("-", "+").replaceAll("_", "/")],
    // Other bits where the last character has some to spare.
    [4, () => part.slice(0, -1) + otherEnd(random, part.slice(-1))],
    [1, () => `${part}${random.pick(["A", "Q", "g", "w"])}`],
    [
      2,
      () =>
        insertText(
          random,
          part,
          random.pick([" ", "\n", "\r\n", "\t", "\0", "%3D", "é"]),
        ),
    ],
    [1, () => `${part}${random.pick(["\n", " ", "%20"])}`],
    [1, () => ""],
  ])();
}

function otherEnd(random: Random, last: string): string {
  const place = ALPHABET.indexOf(last);
  return ALPHABET.charAt((place ^ random.pick([1, 2, 3, 16])) & 63);
}

/** A finished token, whose signature now says something else. */
export function mutateToken(
  random: Random,
  token: string,
  other: string,
): string {
  const parts = token.split(".");
  const others = other.split(".");
  const place = random.below(3);
  return random.weighted<() => string>([
    [6, () => flipDecodedBit(random, parts, place).join(".")],
    [4, () => flipBit(random, Buffer.from(token)).toString("latin1")],
    [4, () => replaceCharacter(random, token)],
    [3, () => token.slice(0, random.below(token.length))],
    [2, () => token.slice(random.below(20))],
    [
      2,
      () => insertText(random, token, random.pick([".", "A", " ", "=", token])),
    ],
    [2, () => [...parts.slice(0, place), ...parts.slice(place + 1)].join(".")],
    [
      2,
      () =>
        [
          ...parts.slice(0, place),
          respellPart(random, parts[place] ?? ""),
          ...parts.slice(place + 1),
        ].join("."),
    ],
    // Parts of two tokens that were both good.
    [
      5,
      () =>
        parts
          .map((part, index) => (index === place ? others[index] : part))
          .join("."),
    ],
    [1, () => [...parts].reverse().join(".")],
    [1, () => `${token}.${other}`],
    [1, () => `${token}..`],
    [1, () => `${token},Bearer ${other}`],
    [1, () => [parts[0], parts[1], ""].join(".")],
    [
      1,
      () => [parts[0], parts[1], shortened(random, parts[2] ?? "")].join("."),
    ],
  ])();
}

/** The signature with bytes taken from or added to an end: the same number to a careless reader, if it is zeros. */
function shortened(random: Random, signature: string): string {
  const bytes = Buffer.from(signature, "base64url");
  return Buffer.from(
    random.pick([
      bytes.subarray(1),
      bytes.subarray(0, -1),
      Buffer.concat([Buffer.from([0]), bytes]),
      Buffer.concat([bytes, Buffer.from([0])]),
      Buffer.alloc(256),
      Buffer.alloc(256, 0xff),
    ]),
  ).toString("base64url");
}

/** The value of an `Authorization` header with this token, mostly not in the form it should have. */
export function mutateHeaderValue(random: Random, token: string): string {
  const scheme = random.pick([
    "bearer ",
    "BEARER ",
    "bEaReR ",
    "Bearer  ",
    "Bearer\t",
    "Bearer\n",
    "Bearer",
    "Bearer: ",
    "Bearer\u00a0",
    " Bearer ",
    "Basic ",
    "DPoP ",
    "JWT ",
    "",
    "Bearer Bearer ",
  ]);
  return `${scheme}${token}${random.pick(["", "", "", " ", "\n", ",", "\0"])}`;
}

function flipDecodedBit(
  random: Random,
  parts: readonly string[],
  place: number,
): readonly string[] {
  return parts.map((part, index) =>
    index === place
      ? flipBit(random, Buffer.from(part, "base64url")).toString("base64url")
      : part,
  );
}

function flipBit(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const place = random.below(changed.length);
  changed.writeUInt8(changed.readUInt8(place) ^ (1 << random.below(8)), place);
  return changed;
}

function replaceByte(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const byte = random.chance(0.7)
    ? random.pick(Array.from('"\\{}[]:,0e-. \0')).charCodeAt(0)
    : random.below(256);
  changed.writeUInt8(byte, random.below(changed.length));
  return changed;
}

function insert(
  random: Random,
  bytes: Buffer,
  some: readonly number[],
): Buffer {
  const place = random.below(bytes.length);
  return Buffer.concat([
    bytes.subarray(0, place),
    Buffer.from(some),
    bytes.subarray(place),
  ]);
}

function replaceCharacter(random: Random, text: string): string {
  const place = random.below(text.length);
  return (
    text.slice(0, place) +
    ALPHABET.charAt(random.below(64)) +
    text.slice(place + 1)
  );
}

function insertText(random: Random, text: string, some: string): string {
  const place = random.below(text.length);
  return text.slice(0, place) + some + text.slice(place);
}
