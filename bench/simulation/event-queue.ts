/** What is to happen, the earliest first, and in the order of its arrival when at one moment: a binary heap. */

export interface EventQueue {
  readonly push: (atMs: number, action: () => void) => void;
  /** The next event's time; `Infinity` when there is none. */
  readonly nextAtMs: () => number;
  readonly pop: () => (() => void) | undefined;
}

interface Entry {
  readonly atMs: number;
  readonly serial: number;
  readonly action: () => void;
}

export function createEventQueue(): EventQueue {
  const heap: Entry[] = [];
  let serial = 0;

  const isBefore = (a: Entry, b: Entry): boolean =>
    a.atMs < b.atMs || (a.atMs === b.atMs && a.serial < b.serial);

  function sink(entry: Entry): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let least = left;
      if (right !== undefined && isBefore(right, left)) {
        child += 1;
        least = right;
      }
      if (isBefore(entry, least)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = entry;
  }

  return {
    push(atMs, action) {
      const entry = { atMs, serial, action };
      serial += 1;
      let at = heap.length;
      heap.push(entry);
      while (at > 0) {
        const above = (at - 1) >> 1;
        const parent = heap[above];
        if (parent === undefined || !isBefore(entry, parent)) break;
        heap[at] = parent;
        at = above;
      }
      heap[at] = entry;
    },

    nextAtMs: () => heap[0]?.atMs ?? Infinity,

    pop() {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) sink(last);
      return first.action;
    },
  };
}
