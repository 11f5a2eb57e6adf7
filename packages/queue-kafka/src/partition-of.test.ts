import { expect, it } from "vitest";
import { createPartitioning } from "./partition-of.ts";

it("keeps an organisation in one partition, whatever the case of its id, and spreads organisations", () => {
  const partitionOf = createPartitioning(64);
  expect(partitionOf("0192F0A1-7B1C")).toBe(partitionOf("0192f0a1-7b1c"));
  const counts = new Map<number, number>();
  for (let org = 0; org < 10_000; org++) {
    const partition = partitionOf(`org-${org}`);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  expect(counts.size).toBe(64);
  expect(Math.max(...counts.values())).toBeLessThan(2 * (10_000 / 64));
});

// Nodes of different versions share a topic: none may put an organisation elsewhere.
it("does not change", () => {
  const partitionOf = createPartitioning(64);
  expect(["acme", "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001", null].map(partitionOf)).toMatchInlineSnapshot(`
    [
      2,
      62,
      35,
    ]
  `);
});
