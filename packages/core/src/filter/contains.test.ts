import fc from "fast-check";
import { expect, it } from "vitest";
import { contains } from "./contains.ts";

const letters = (maxLength: number) => fc.string({ unit: fc.constantFrom("a", "b"), maxLength });

it("finds what the engine's own search finds, short or long", () => {
  fc.assert(
    fc.property(
      letters(600),
      letters(9),
      fc.integer({ min: 1, max: 90 }),
      fc.boolean(),
      (text, small, times, isPart) => {
        const part = isPart ? text.slice(text.length >> 2, text.length >> 1) : small.repeat(times);
        const long = text.repeat(12).slice(0, 10_000);
        expect(contains(long, part)).toBe(long.includes(part));
      },
    ),
  );
});

it("looks at the first 10,000 characters", () => {
  expect(contains(`${"x".repeat(9999)}y`, "y")).toBe(true);
  expect(contains(`${"x".repeat(10_000)}y`, "y")).toBe(false);
});
