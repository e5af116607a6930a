/** Changes to a token's members before it is signed: the signature is true, so the rules for claims must see them. */
import { type Draft, type Member, json } from "./draft.ts";
import type { Random } from "./random.ts";
import { drawMember } from "./values.ts";

type Part = "header" | "payload";
type Mutate = (
  random: Random,
  members: Member[],
  draft: Draft,
  part: Part,
) => Member[];

/** The member gets a new value where it stands, or joins. */
const set: Mutate = (random, members, draft, part) => {
  const changed = drawMember(random, draft, part);
  return members.some(({ name }) => name === changed.name)
    ? members.map((old) => (old.name === changed.name ? changed : old))
    : [...members, changed];
};

const remove: Mutate = (random, members) =>
  without(members, random.below(members.length));

/** A second member of a name that is there: which of them counts? */
const repeat: Mutate = (random, members, draft, part) => {
  const twin = random.chance(0.5)
    ? drawMember(random, draft, part)
    : random.pick(members);
  const other = {
    name: twin.name,
    value: random.chance(0.5)
      ? random.pick(members).value
      : drawMember(random, draft, part).value,
  };
  return random.chance(0.5) ? [other, ...members] : [...members, other];
};

/** The name in another spelling: the same to JSON, or nearly the same to the eye. */
const rename: Mutate = (random, members) =>
  change(random, members, ({ name, value }) => {
    // It may have lost its quotes before.
    if (!name.startsWith('"')) return { name: json(name), value };
    const plain = JSON.parse(name) as string;
    return {
      name: random.pick([
        `"${escaped(plain)}"`,
        json(plain.toUpperCase()),
        json(`${plain}\u0000`),
        json(`${plain} `),
        json(`\ufeff${plain}`),
        json(plain.replace("a", "а")),
        plain,
      ]),
      value,
    };
  });

/** Every character as its \u escape. */
function escaped(text: string): string {
  return Array.from(text)
    .map((character) =>
      Array.from({ length: character.length }, (_, index) =>
        character.charCodeAt(index).toString(16).padStart(4, "0"),
      ),
    )
    .flat()
    .map((code) => `\\u${code}`)
    .join("");
}

/** The value in a list, an object, quotes or escapes. */
const wrap: Mutate = (random, members) =>
  change(random, members, ({ name, value }) => ({
    name,
    value: random.pick([
      `[${value}]`,
      `{"0":${value}}`,
      json(value),
      ` ${value}\n`,
      `${value}.0`,
      /^"[\x20-\x21\x23-\x5b\x5d-\x7e]*"$/.test(value)
        ? `"${escaped(value.slice(1, -1))}"`
        : `[${value},${value}]`,
    ]),
  }));

/** One member says what another says. */
const copy: Mutate = (random, members) => {
  const { value } = random.pick(members);
  return change(random, members, ({ name }) => ({ name, value }));
};

const shuffle: Mutate = (random, members) => {
  const order = members.map((one) => ({ one, place: random.below(1_000) }));
  return order.sort((a, b) => a.place - b.place).map(({ one }) => one);
};

const nest: Mutate = (random, members) => {
  const depth = random.pick([1, 62, 63, 64, 65, 200, 2_900]);
  const [open, close] = random.pick([
    ["[", "]"],
    ['{"a":', "}"],
  ] as const);
  const size = open === "[" ? depth : Math.min(depth, 900);
  const core = open === "[" ? "" : "1";
  const value = `${open.repeat(size)}${core}${close.repeat(size)}`;
  const deep = { name: json(random.pick(["deep", "deep", "aud"])), value };
  return random.chance(0.8)
    ? [...members, deep]
    : // Hidden from whoever reads the last member of a name.
      [deep, ...members, { name: deep.name, value: "1" }];
};

/** A token about as long as a token may be. */
const pad: Mutate = (random, members, draft, part) => {
  const rest = draft[part === "header" ? "payload" : "header"];
  const length = [...members, ...rest].reduce(
    (sum, { name, value }) => sum + name.length + value.length + 2,
    0,
  );
  // Three bytes become four characters; the signature and two dots take 344.
  const room = Math.floor(((8_192 - 344) / 4) * 3) - length;
  const filling = Math.max(0, room - 20 + random.below(24));
  return [...members, { name: '"pad"', value: json("x".repeat(filling)) }];
};

const MUTATIONS: readonly (readonly [number, readonly [string, Mutate]])[] = [
  [40, ["set", set]],
  [10, ["remove", remove]],
  [8, ["repeat", repeat]],
  [5, ["rename", rename]],
  [8, ["wrap", wrap]],
  [6, ["copy", copy]],
  [2, ["shuffle", shuffle]],
  [2, ["nest", nest]],
  [1, ["pad", pad]],
];

/** Changes one thing about header or payload. */
export function mutateDraft(random: Random, draft: Draft): void {
  const part: Part = random.chance(0.2) ? "header" : "payload";
  if (draft[part].length === 0) return;
  const [name, mutate] = random.weighted(MUTATIONS);
  const before = draft[part];
  draft[part] = mutate(random, before, draft, part);
  const touched = draft[part].find((one) => !before.includes(one));
  draft.steps.push(
    `${name} in ${part}${touched === undefined ? "" : `: ${touched.name}:${touched.value}`.slice(0, 120)}`,
  );
}

function change(
  random: Random,
  members: readonly Member[],
  changed: (old: Member) => Member,
): Member[] {
  const place = random.below(members.length);
  return members.map((old, index) => (index === place ? changed(old) : old));
}

function without(members: readonly Member[], place: number): Member[] {
  return members.filter((_, index) => index !== place);
}
