import { expect, it } from "vitest";
import { storableJson, storableText } from "./storable.ts";

it.each([
  ["plain", "plain"],
  ["a cut \ud83d", "a cut \ufffd"],
  ["whole \u{1f600}", "whole \u{1f600}"],
  ["nul\0here", "nul\ufffdhere"],
])("a text is stored as PostgreSQL can keep it: %j", (text, stored) => {
  expect(storableText(text)).toBe(stored);
});

it("JSON keeps everything else, and loses what cannot be stored from values and keys", () => {
  const value = { "k\0": ["\udc00", { deep: "\0" }], same: "\\u0000", when: null, count: 1.5 };
  expect(JSON.parse(storableJson(value))).toEqual({
    "k\ufffd": ["\ufffd", { deep: "\ufffd" }],
    same: "\\u0000",
    when: null,
    count: 1.5,
  });
});
