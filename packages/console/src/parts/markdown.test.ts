import { expect, it } from "vitest";
import { blocksOf } from "./markdown.ts";

it("reads what guides use, and keeps addresses as text", () => {
  const guide =
    "# Token\n\nMake **one**.\nKeep it.\n\n1. Open [Settings](https://x.example/a).\n2. Copy\n   it.\n\n- a\n\n```conf\n[x]\n\n```\n<b>raw</b>";
  expect(blocksOf(guide)).toEqual([
    { kind: "heading", text: "Token" },
    { kind: "paragraph", text: "Make one. Keep it." },
    { kind: "list", isNumbered: true, items: ["Open Settings (https://x.example/a).", "Copy it."] },
    { kind: "list", isNumbered: false, items: ["a"] },
    { kind: "code", language: "conf", text: "[x]\n" },
    { kind: "paragraph", text: "<b>raw</b>" },
  ]);
});

it("reads tables, with a bar in a cell where it is escaped", () => {
  expect(blocksOf("Files:\n\n| File | Where |\n| --- | :-: |\n| `a.conf` | here \\| there |\n\nEnd")).toEqual([
    { kind: "paragraph", text: "Files:" },
    { kind: "table", head: ["File", "Where"], rows: [["`a.conf`", "here | there"]] },
    { kind: "paragraph", text: "End" },
  ]);
});
