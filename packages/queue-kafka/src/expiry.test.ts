import { describe, expect, it } from "vitest";
import { createModelPartition, takeOver } from "../test/model-partition.ts";

const MEMORY = { memoryBytes: 1e9, onReady: () => undefined };

describe("events that the cluster will soon delete", () => {
  it("are not taken of a partition that was lost while it was read", async () => {
    const partition = createModelPartition();
    partition.write(5, ["soc"]);
    const node = takeOver(partition, "soc", MEMORY);
    node.read(5);
    const { size } = node.queue;
    partition.whileReading = () => {
      node.owned.isRetired = true;
    };
    let given = 0;
    await node.expire(5, async ({ records }) => void (given += records.length));
    expect(given).toBe(0);
    // Whoever has the partition counts them.
    expect(node.queue.size).toBe(size);
    await node.close();
  });
});
