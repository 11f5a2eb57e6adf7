import { expect, it } from "vitest";
import { besideOf } from "./beside.ts";

it("shows what was changed, removed and added beside each other", () => {
  expect(besideOf({ a: 1, b: 2 }, { a: 1, b: "redacted", c: 3 })).toEqual([
    { kind: "same", before: "{", after: "{" },
    { kind: "same", before: '  "a": 1', after: '  "a": 1' },
    { kind: "changed", before: '  "b": 2', after: '  "b": "redacted"' },
    { kind: "changed", before: undefined, after: '  "c": 3' },
    { kind: "same", before: "}", after: "}" },
  ]);
});

it("marks a member that goes, and not the line before it", () => {
  const changed = besideOf({ a: 1, b: 2 }, { a: 1 }).filter(({ kind }) => kind === "changed");
  expect(changed).toEqual([{ kind: "changed", before: '  "b": 2', after: undefined }]);
});

it("folds lines that are far from a change, and none where nothing changes", () => {
  const long = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`m${at}`, at]));
  const rows = besideOf(long, { ...long, m0: "x" });
  expect(rows.at(-1)).toEqual({ kind: "folded", count: 17 });
  expect(besideOf(long, long)).toHaveLength(22);
});
