export type { Claimed, Cursor, CursorStore, PartitionRecord, PositionRange } from "./cursor-store.ts";
export type { KafkaQueueStore, KafkaQueueStoreOptions } from "./kafka-queue-store.ts";
export { openKafkaQueueStore } from "./kafka-queue-store.ts";
export type { KafkaSettings, SaslSettings, TlsSettings } from "./settings.ts";
export type { TopicNeeds, TopicProblem } from "./topic-problems.ts";
export { topicProblems } from "./topic-problems.ts";
export type { PartitionState, TopicState } from "./topic-state.ts";
export { readTopicState } from "./topic-state.ts";
