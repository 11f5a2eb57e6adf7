import { createHash } from "node:crypto";

const MOST_KNOWN = 100_000;

/**
 * Returns the partition of an organisation's events. It stays the same while the number of partitions does, so that one
 * node has all events of an organisation, in order. Events without an organisation share one partition.
 */
export function createPartitioning(partitions: number): (orgId: string | null) => number {
  const known = new Map<string, number>();
  return (orgId) => {
    const key = orgId?.toLowerCase() ?? "";
    let partition = known.get(key);
    if (partition === undefined) {
      partition = createHash("sha256").update(key).digest().readUInt32LE(0) % partitions;
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(key, partition);
    }
    return partition;
  };
}
