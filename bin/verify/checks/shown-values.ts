import type { Answer } from "../http/answer.ts";

/** Every text in a JSON answer: what a backend that echoes has shown of its request. Empty for other answers. */
export function shownValues({ body }: Pick<Answer, "body">): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // Not JSON: nothing that could be read for certain.
    return [];
  }
  const texts: string[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string") texts.push(next);
    else if (typeof next === "object" && next !== null) {
      open.push(...(Object.values(next) as unknown[]));
    }
  }
  return texts;
}
