import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "./nearest.ts";

describe("nearest", () => {
  it.each([
    ["tokn", "token"],
    ["toekn", "token"],
    ["batchsize", "batch_size"],
    ["Url", "url"],
    ["colour", undefined],
  ])("takes %s for %s", (typed, meant) => {
    expect(nearest(typed, ["url", "token", "batch_size", "index"])).toBe(meant);
  });

  it("counts two neighbours swapped as one edit", () => {
    expect(editDistance("ulr", "url")).toBe(1);
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("kitten", "sitting")).toBe(3);
  });
});
