import { describe, expect, it } from "vitest";
import { StreamModel } from "../../../../test/stream-model.ts";

/** A generator with a seed, so that a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe("a stream", () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed + 1))(
    "is gapless and gives no number twice, whatever ends the process (seed %i)",
    async (seed) => {
      const model = new StreamModel(randomFrom(seed), seed % 5 === 0 ? undefined : 15);
      for (let step = 0; step < 40; step++) await model.step();
      await model.finish();
      expect(model.stored.length).toBeGreaterThan(0);
    },
    60_000,
  );
});
