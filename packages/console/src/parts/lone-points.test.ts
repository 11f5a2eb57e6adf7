import { describe, expect, it } from "vitest";
import { lonePoints } from "./lone-points.ts";

describe("points without neighbours", () => {
  it("are found at the start, within and at the end", () => {
    expect(lonePoints([1, null, 0, null, null, 3])).toEqual([0, 2, 5]);
    expect(lonePoints([7])).toEqual([0]);
  });

  it("are none where a line shows the values, or where there are none", () => {
    expect(lonePoints([1, 2, null, 3, 4])).toEqual([]);
    expect(lonePoints([null, null])).toEqual([]);
  });
});
