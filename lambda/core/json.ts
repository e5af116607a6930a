/** Reading JSON that nobody has vouched for. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Deeper JSON than any access token needs, shallow enough for every recursive reader behind us. */
const MAX_DEPTH = 64;

/** Strict UTF-8: an overlong or broken sequence, or a byte order mark, makes the text unreadable (RFC 8259 §8.1). */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The JSON object in these bytes; `undefined` when they are not UTF-8, not JSON, or not an object. */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Both decoders throw on bad input only; that it is bad is all there is to say.
  }
  return undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of the object itself, so that `__proto__` or `constructor` never reads what JSON did not say. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The same, with a stand-in for an absent member. A `null` that stands there is not absent. */
export function ownOr(
  object: JsonObject,
  name: string,
  fallback: unknown,
): unknown {
  return Object.hasOwn(object, name) ? object[name] : fallback;
}

/** Whether objects and arrays nest no deeper than 64 levels, the outermost counted. Iterative: depth costs no stack. */
export function isShallow(value: JsonObject): boolean {
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return false;
    const next: object[] = [];
    for (const container of level) {
      for (const member of Object.values(container) as unknown[]) {
        if (typeof member === "object" && member !== null) next.push(member);
      }
    }
    level = next;
  }
  return true;
}
