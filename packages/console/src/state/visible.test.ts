import { expect, it } from "vitest";
import { visibleParts } from "./visible.ts";

it("shows characters that hide or reorder text by their numbers", () => {
  expect(visibleParts("invoice\u202Egpj.exe")).toEqual([
    { text: "invoice", isOdd: false },
    { text: "U+202E", isOdd: true },
    { text: "gpj.exe", isOdd: false },
  ]);
  const odd = visibleParts("\u0000\u200B\u2067\uFEFF\u{E0041}").map(({ text }) => text);
  expect(odd).toEqual(["U+0000", "U+200B", "U+2067", "U+FEFF", "U+E0041"]);
});

it("leaves lines, other scripts and symbols of several parts as they are", () => {
  for (const text of ["one\n\ttwo", "שלום", "👩\u200D👧", ""]) {
    expect(
      visibleParts(text).filter(({ isOdd }) => isOdd),
      text,
    ).toEqual([]);
  }
});
