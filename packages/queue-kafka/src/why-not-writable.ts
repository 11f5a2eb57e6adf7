import type { TopicState } from "./topic-state.ts";

/** Returns why events cannot be written; undefined if they can. */
export function whyNotWritable(state: TopicState | undefined, topic: string): string | undefined {
  if (state === undefined) return `Kafka has no topic "${topic}"`;
  const needed = Number(state.settings.get("min.insync.replicas") ?? 1);
  const refusing = state.partitions.filter(({ leader, inSync }) => leader < 0 || inSync < needed).length;
  if (refusing === 0) return undefined;
  return `${refusing} of ${state.partitions.length} partitions of the topic "${topic}" take no events: brokers are away`;
}
