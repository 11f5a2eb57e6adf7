import { describe, expect, it } from "vitest";
import { WrittenFloat } from "../json-value.ts";
import { readTime } from "./read-time.ts";

const NINE = Date.UTC(2026, 10, 30, 9);

describe("readTime", () => {
  it.each([
    ["ISO 8601", "2026-11-30T09:00:00Z", 0],
    ["milliseconds", "2026-11-30T09:00:00.123Z", 123],
    ["small letters", "2026-11-30t09:00:00.123z", 123],
    ["microseconds, cut off", "2026-11-30T09:00:00.123999Z", 123],
    ["one digit of a fraction", "2026-11-30T09:00:00.1Z", 100],
    ["a decimal comma", "2026-11-30T09:00:00,123Z", 123],
    ["an offset", "2026-11-30T11:30:00+02:30", 0],
    ["an offset without a colon", "2026-11-30T04:00:00-0500", 0],
    ["no zone, which is UTC", "2026-11-30T09:00:00", 0],
    ["no seconds", "2026-11-30T09:00Z", 0],
    ["the basic form", "20261130T090000Z", 0],
    ["PostgreSQL's timestamptz", "2026-11-30 09:00:00.123456+00", 123],
    ["PostgreSQL's with an hour of a zone", "2026-11-30 11:00:00+02", 0],
    ["PostgreSQL's with half an hour", "2026-11-30 14:30:00.5+05:30", 500],
    ["PostgreSQL's timestamp", "2026-11-30 09:00:00.123456", 123],
    ["a zone by name", "2026-11-30 09:00:00 UTC", 0],
    ["both", "2026-11-30 09:00:00.123456 +0000 UTC", 123],
    ["blanks around it", "  2026-11-30 09:00:00+00 ", 0],
    ["slashes", "2026/11/30 09:00:00", 0],
    ["second 60", "2026-11-30T08:59:60Z", 0],
    ["hour 24", "2026-11-29T24:00:00Z", -9 * 3_600_000],
    ["a day alone", "2026-11-30", -9 * 3_600_000],
    ["RFC 1123", "Mon, 30 Nov 2026 09:00:00 GMT", 0],
    ["RFC 2822", "Mon, 30 Nov 2026 11:00:00 +0200", 0],
    ["RFC 850", "Monday, 30-Nov-26 09:00:00 GMT", 0],
    ["asctime", "Mon Nov 30 09:00:00 2026", 0],
    ["an access log's", "30/Nov/2026:09:00:00 +0000", 0],
    ["seconds", NINE / 1000, 0],
    ["seconds with a fraction", NINE / 1000 + 0.123, 123],
    ["milliseconds as a number", NINE + 123, 123],
    ["microseconds as a number", (NINE + 123) * 1000, 123],
    ["nanoseconds as a number", BigInt(NINE + 123) * 1_000_000n, 123],
    ["a float without a fraction", new WrittenFloat(NINE / 1000), 0],
    ["a date of JavaScript", new Date(NINE), 0],
    ["seconds as text", `${NINE / 1000}.123`, 123],
    ["seconds as text with a comma", `${NINE / 1000},123`, 123],
    ["milliseconds as text", `${NINE + 123}`, 123],
    ["microseconds as text", `${NINE + 123}456`, 123],
    ["nanoseconds as text", `${NINE + 123}456789`, 123],
  ])("reads %s", (_, value, more) => {
    expect(readTime(value)).toBe(NINE + more);
  });

  it.each([
    "",
    "now",
    "infinity",
    "2026-02-30T09:00:00Z",
    "2026-13-01T09:00:00Z",
    "2026-11-30T25:00:00Z",
    "2026-11-30T09:60:00Z",
    "2026-11-30T09:00:61Z",
    "2026-11-30T09:00:00+99",
    "2026-11-30T09:00:00 EST",
    "2026-11-30T09:00:00Z garbage",
    "30.11.2026 09:00",
    "0001-01-01T00:00:00Z",
    "12",
    "9".repeat(400),
    "2026-11-30 ".padEnd(1_000_000, " ").concat("x"),
    0,
    -1,
    5,
    Number.NaN,
    1e300,
    true,
    null,
    undefined,
    {},
    ["2026-11-30T09:00:00Z"],
  ])("does not guess at %j", (value) => {
    expect(readTime(value)).toBeUndefined();
  });
});
