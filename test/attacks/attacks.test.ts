import { describe, expect, test } from "vitest";
import { ATTACK_GROUPS } from "./corpus.ts";
import { tryAttack } from "./judge.ts";

describe.each(ATTACK_GROUPS)("$name", ({ attacks }) => {
  // Not test.each, which would cut the names short and read their percent signs.
  for (const attack of attacks) {
    test(attack.name, async () => {
      const { problems } = await tryAttack(attack);
      expect(problems).toEqual([]);
    });
  }
});

describe("the corpus", () => {
  const attacks = ATTACK_GROUPS.flatMap((group) => group.attacks);

  test("has at least 300 attacks beside its controls", () => {
    const serious = attacks.filter(({ kind }) => kind === undefined);
    expect(serious.length).toBeGreaterThanOrEqual(300);
  });

  test.each(ATTACK_GROUPS)(
    "lets good requests pass in the group $name",
    (group) => {
      const passing = group.attacks.filter(
        ({ kind, expected }) =>
          kind === "control" &&
          expected.outcome === "allow" &&
          expected.verdict === "allow",
      );
      expect(passing.length).toBeGreaterThan(0);
    },
  );

  test("says each fact once", () => {
    const names = ATTACK_GROUPS.flatMap(({ name, attacks: of }) =>
      of.map((attack) => `${name}: ${attack.name}`),
    );
    expect(
      names.filter((name, index) => names.indexOf(name) !== index),
    ).toEqual([]);
  });
});
