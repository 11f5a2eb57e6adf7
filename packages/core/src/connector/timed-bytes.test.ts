import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimeForm } from "./timed-bytes.ts";
import { createTimedBytes } from "./timed-bytes.ts";

const forms: readonly (readonly [form: TimeForm, expected: (time: number) => string])[] = [
  ["milliseconds", (time) => String(time)],
  ["seconds", (time) => (time / 1000).toFixed(3)],
  ["ISO 8601", (time) => new Date(time).toISOString()],
];

describe.each(forms)("a time in the form %s", (form, expected) => {
  it("stands between both texts, in whatever order times come", () => {
    const timed = createTimedBytes('{"é":"', form, '","b":1');
    const time = fc.integer({ min: 1e12, max: 1e13 - 1 });
    fc.assert(
      fc.property(time, fc.integer({ min: -3000, max: 3000 }), (first, step) => {
        for (const each of [first, Math.min(1e13 - 1, Math.max(1e12, first + step)), first]) {
          expect(textOf(timed(each))).toBe(`{"é":"${expected(each)}","b":1`);
        }
      }),
    );
  });

  it.each([1e12 - 1, 1e13, -1, 0, Number.NaN, Number.POSITIVE_INFINITY, 1e300])("leaves %d to its caller", (time) => {
    expect(createTimedBytes("", form, "")(time)).toBeUndefined();
  });
});

it("leaves out the fraction of a millisecond, unless milliseconds are written", () => {
  expect(textOf(createTimedBytes("", "seconds", "")(1_741_824_000_123.9))).toBe("1741824000.123");
  expect(textOf(createTimedBytes("", "ISO 8601", "")(1_741_824_000_123.9))).toBe("2025-03-13T00:00:00.123Z");
  expect(createTimedBytes("", "milliseconds", "")(1_741_824_000_123.9)).toBeUndefined();
});

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}
