import type { KafkaLog } from "./kafka-log.ts";

/** The brokers that lead the partitions, as last heard. */
export interface Leaders {
  readonly partitions: number;
  readonly leaderOf: (partition: number) => number;
  /** Asks again. Concurrent callers share one call. */
  readonly refresh: () => Promise<void>;
}

export async function openLeaders(log: KafkaLog): Promise<Leaders> {
  let known = await log.leaders();
  let refreshing: Promise<void> | undefined;
  const partitions = known.length;

  async function ask(): Promise<void> {
    known = await log.leaders();
  }

  return {
    partitions,
    leaderOf: (partition) => known[partition] ?? -1,
    refresh() {
      refreshing ??= ask().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
}
