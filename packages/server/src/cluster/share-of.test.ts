import { expect, it } from "vitest";
import type { NodeInfo } from "./destination-view.ts";
import { shareOf } from "./share-of.ts";

const node: NodeInfo = {
  id: "a",
  name: "a",
  version: "1",
  startedAt: new Date(0),
  seenAt: new Date(0),
  partitions: [],
};
const live = (count: number) => Array.from({ length: count }, () => node);

it("is the part of one live server, and at least one", () => {
  expect(shareOf(10, { nodes: () => undefined })).toBe(10);
  expect(shareOf(10, { nodes: () => live(3) })).toBe(4);
  expect(shareOf(10, { nodes: () => live(0) })).toBe(10);
  expect(shareOf(10, { nodes: () => live(40) })).toBe(1);
});
