/** Chance that repeats itself: the same seed gives the same draws on every machine. */
export interface Chance {
  /** From 0 to below 1. */
  draw(): number;
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** True in this share of the calls. */
  isLucky(share: number): boolean;
  shuffled<Item>(items: readonly Item[]): readonly Item[];
}

export function createChance(seed: number): Chance {
  // mulberry32
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const integer = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
  return {
    draw,
    integer,
    pick(items) {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
    isLucky: (share) => draw() < share,
    shuffled(items) {
      const drawn = items.map((item) => ({ item, at: draw() }));
      return drawn.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
    },
  };
}
