/** What a member of a token's header or payload is changed to. */
import { CLAIMS } from "./claim-values.ts";
import { type Draft, json } from "./draft.ts";
import { HEADER } from "./header-values.ts";
import type { Random } from "./random.ts";

/** JSON text of a value, and at times something that only looks like JSON. */
export type Draw = (random: Random, draft: Draft) => string;

/** Values for any member. */
const ANY: readonly string[] = [
  ...[null, true, false, 0, 1, -1, "", "x", [], {}, [null], [[]], { a: 1 }].map(
    json,
  ),
  "1e308",
  "1e400",
  "-0",
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  "undefined",
  "NaN",
  "'x'",
  "01",
  "",
];

const any: Draw = (random) => random.pick(ANY);

const MEMBERS = { header: HEADER, payload: CLAIMS } as const;

/** A member of header or payload and a new value for it, mostly one of its own kind. */
export function drawMember(
  random: Random,
  draft: Draft,
  part: keyof typeof MEMBERS,
): { readonly name: string; readonly value: string } {
  const [name, own] = random.pick(MEMBERS[part]);
  const draw = random.chance(0.85) ? own : any;
  return { name: json(name), value: draw(random, draft) };
}
