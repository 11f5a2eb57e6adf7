/** Returns a number from 0 to below 1. */
export type Random = () => number;

/** A seeded random number generator (sfc32): the same seed gives the same numbers on every machine. Not for secrets. */
export function createRandom(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  };
  // Similar seeds begin with similar states; a dozen rounds separate them.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/** Returns one of the items at random. Throws for an empty list. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("pick needs at least one item");
  return item;
}

/** An integer from `least` to `most`, inclusive. */
export function integer(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** An id in the format of a UUIDv7: it begins with milliseconds, so ids sort by time. */
export function uuid7(random: Random, timeMs: number): string {
  const time = timeMs.toString(16).padStart(12, "0");
  const [high, low] = [hex32(random), hex32(random)];
  const variant = (8 + integer(random, 0, 3)).toString(16);
  const head = `${time.slice(0, 8)}-${time.slice(8)}-7${hex32(random).slice(0, 3)}`;
  return `${head}-${variant}${high.slice(0, 3)}-${high.slice(3)}${low.slice(1)}`;
}

function hex32(random: Random): string {
  return Math.floor(random() * 4294967296)
    .toString(16)
    .padStart(8, "0");
}
