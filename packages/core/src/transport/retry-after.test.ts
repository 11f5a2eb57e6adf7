import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_RETRY_AFTER_MS, retryAfterMs, retryAfterOf } from "./retry-after.ts";

const NOW = Date.parse("2026-11-25T17:00:00Z");

describe("retryAfterMs", () => {
  it.each([
    [undefined, undefined],
    ["", undefined],
    ["soon", undefined],
    ["-5", undefined],
    ["1.5", undefined],
    ["NaN", undefined],
    ["0", 0],
    [" 7 ", 7000],
    [["3", "9"], 3000],
    ["99999999999999999999", MAX_RETRY_AFTER_MS],
    ["Wed, 25 Nov 2026 17:00:30 GMT", 30_000],
    ["Wed, 25 Nov 2026 16:00:00 GMT", 0],
    ["Thu, 26 Nov 2026 17:00:00 GMT", MAX_RETRY_AFTER_MS],
  ])("reads %j as %s ms", (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });

  it("is never negative and never above the cap, whatever the header", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.integer().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (header) => {
          const wait = retryAfterMs(header, NOW) ?? 0;
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(MAX_RETRY_AFTER_MS);
        },
      ),
    );
  });
});

describe("retryAfterOf", () => {
  const inHalfAMinute = "Wed, 25 Nov 2026 17:00:30 GMT";

  it.each([
    [
      "a date, against the reply's own",
      { "retry-after": inHalfAMinute, date: "Wed, 25 Nov 2026 17:00:10 GMT" },
      20_000,
    ],
    ["a date, against our clock where there is no other", { "retry-after": inHalfAMinute }, 30_000],
    ["a date, where the reply's own is none", { "retry-after": inHalfAMinute, date: "yesterday" }, 30_000],
    ["seconds, whatever the date", { "retry-after": "7", date: "Wed, 25 Nov 2020 17:00:10 GMT" }, 7000],
    ["nothing", { date: inHalfAMinute }, undefined],
  ])("reads %s", (_, headers, expected) => {
    expect(retryAfterOf({ headers }, NOW)).toBe(expected);
  });
});
