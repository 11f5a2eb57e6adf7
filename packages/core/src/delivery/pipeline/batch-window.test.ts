import { expect, it } from "vitest";
import { BatchWindow } from "./batch-window.ts";

it("halves the batch with every failure, to one event, and doubles it with every body that passes", () => {
  const window = new BatchWindow(100);
  const events = (what: "failed" | "passed") => Array.from({ length: 8 }, () => (window[what](), window.events));
  expect(events("failed")).toEqual([50, 25, 12, 6, 3, 1, 1, 1]);
  expect(events("passed")).toEqual([2, 4, 8, 16, 32, 64, 100, 100]);
});
