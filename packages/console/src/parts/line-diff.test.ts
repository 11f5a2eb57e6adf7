import { expect, it } from "vitest";
import { diffOf } from "./line-diff.ts";

it("tells what was removed and what was added, line by line", () => {
  expect(diffOf("a\nb\nc", "a\nx\nc\nd")).toEqual([
    { kind: "same", text: "a" },
    { kind: "removed", text: "b" },
    { kind: "added", text: "x" },
    { kind: "same", text: "c" },
    { kind: "added", text: "d" },
  ]);
});
