import { expect, it } from "vitest";
import { createFormats } from "./formats.ts";

const NOW = Date.UTC(2026, 10, 30, 20);
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

it("writes numbers and times as the reader's locale does", () => {
  const [english, german] = [createFormats("en-GB"), createFormats("de-DE")];
  expect([english.number(12_345), german.number(12_345)]).toEqual(["12,345", "12.345"]);
  expect([english.relative(ago(3600), NOW), german.relative(ago(3600), NOW)]).toEqual(["1 hour ago", "vor 1 Stunde"]);
  expect(english.relative(ago(-172_800), NOW)).toBe("in 2 days");
  expect([english.bytes(1_500_000), english.duration(0.25)]).toEqual(["1.5 MB", "250 ms"]);
  expect(german.plural({ one: "{n} Ziel", other: "{n} Ziele" }, 1)).toBe("1 Ziel");
});
