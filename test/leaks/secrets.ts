/** What of a token must not turn up where it has no business, and the search for it. */

/** Shorter pieces would be found by chance. */
const FRAGMENT_LENGTH = 12;
const MIN_VALUE_LENGTH = 6;

/** The secrets of one `Authorization` header. */
export interface Secrets {
  /** The token, and the values in its header and claims; any twelve characters of them in a row are a leak. */
  readonly texts: readonly string[];
  /** The same values; each as a whole is a leak also when it is shorter. */
  readonly values: readonly string[];
}

export function secretsOf(authorization: unknown): Secrets {
  if (typeof authorization !== "string") return { texts: [], values: [] };
  const token = authorization.replace(/^\S+\s+/, "");
  const values = token
    .slice(0, 20_000)
    .split(".", 3)
    .map((part) => Buffer.from(part, "base64url").toString("utf8"))
    // What is no JSON is a secret as it is.
    .flatMap((text) => valuesIn(text) ?? [text])
    .filter(({ length }) => length >= MIN_VALUE_LENGTH);
  return { texts: [token, ...values], values: [...new Set(values)] };
}

/** The scalars in a JSON text, however deep, but not its members' names; `undefined` when it is no JSON. */
function valuesIn(json: string): readonly string[] | undefined {
  const values: string[] = [];
  try {
    // The reviver is called for every value, at whatever depth.
    JSON.parse(json, (_name, value: unknown) => {
      if (typeof value === "string" || typeof value === "number") {
        values.push(String(value));
      }
      return value;
    });
    return values;
  } catch {
    // Not JSON, or deeper than the reviver can go.
    return undefined;
  }
}

/** Pieces of the secrets that stand in the text. */
export function findSecrets(
  text: string,
  { texts, values }: Secrets,
): readonly string[] {
  const pieces = new Set<string>();
  for (let at = 0; at + FRAGMENT_LENGTH <= text.length; at += 1) {
    pieces.add(text.slice(at, at + FRAGMENT_LENGTH));
  }
  const found = new Set(values.filter((value) => text.includes(value)));
  for (const secret of texts) {
    for (let at = 0; at + FRAGMENT_LENGTH <= secret.length; at += 1) {
      const piece = secret.slice(at, at + FRAGMENT_LENGTH);
      if (pieces.has(piece)) found.add(piece);
    }
  }
  return [...found];
}
