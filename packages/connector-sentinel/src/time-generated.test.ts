import * as fc from "fast-check";
import { expect, it } from "vitest";
import { timeGenerated } from "./time-generated.ts";

it("writes what Date writes, in whatever order times come", () => {
  const year1 = Date.parse("0001-01-01T00:00:00.000Z");
  const end = Date.parse("9999-12-31T23:59:59.999Z");
  const time = fc.integer({ min: year1, max: end });
  fc.assert(
    fc.property(time, fc.integer({ min: -3000, max: 3000 }), (ms, step) => {
      expect(timeGenerated(ms, 0)).toBe(new Date(ms).toISOString());
      const near = Math.min(end, Math.max(year1, ms + step));
      expect(timeGenerated(near, 0)).toBe(new Date(near).toISOString());
    }),
  );
});

it.each([Number.NaN, Number.POSITIVE_INFINITY, 8.64e15, -8.64e15, 1e300])(
  "gives way to the other time for %d",
  (time) => {
    expect(timeGenerated(time, 0)).toBe("1970-01-01T00:00:00.000Z");
  },
);
