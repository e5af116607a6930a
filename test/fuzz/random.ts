/** The fuzzer's own randomness: every case draws from a stream of its own, so that seed and index bring it back. */

export interface Random {
  /** A whole number from 0 up to the limit, the limit left out. */
  readonly below: (limit: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** An item drawn as often as its weight says. */
  readonly weighted: <Item>(
    items: readonly (readonly [number, Item])[],
  ) => Item;
}

/** sfc32 (PractRand, Chris Doty-Humphrey): 128 bits of state, the seed and the index in two of its words. */
export function createRandom(seed: number, index: number): Random {
  let a = seed | 0;
  let b = index | 0;
  let c = 0x9e3779b9 | 0;
  let counter = 1;

  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  }
  // Until every bit of seed and index has reached every bit of the output.
  for (let round = 0; round < 15; round += 1) next();

  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    weighted: (items) => {
      let place = next() * items.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, item] of items) {
        place -= weight;
        if (place < 0) return item;
      }
      throw new Error("nothing to pick from");
    },
  };
}
