import * as fc from "fast-check";
import { expect, it } from "vitest";
import { timestampOf } from "./timestamp.ts";

it("writes any time of a four-digit year as ISO 8601, in any order", () => {
  const earliest = Date.parse("0000-01-01T00:00:00.000Z");
  const latest = Date.parse("9999-12-31T23:59:59.999Z");
  fc.assert(
    fc.property(fc.integer({ min: earliest, max: latest }), fc.integer({ min: 0, max: 1500 }), (time, later) => {
      for (const each of [time, Math.min(time + later, latest), time]) {
        expect(timestampOf(each)).toBe(JSON.stringify(new Date(each)));
      }
    }),
  );
});

it("writes times that have no such text as milliseconds", () => {
  expect(timestampOf(Date.parse("+010000-01-01T00:00:00.000Z"))).toBe("253402300800000");
  expect(timestampOf(1_741_824_000_123_456)).toBe("1741824000123456");
});
