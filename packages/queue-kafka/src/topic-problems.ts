import type { TopicState } from "./topic-state.ts";

/** What the settings of the server ask of a topic. */
export interface TopicNeeds {
  readonly topic: string;
  readonly brokers: readonly string[];
  /** Longest that a destination holds events. */
  readonly holdForMs: number;
  readonly maxEventBytes: number;
}

/** Something that makes a topic unfit, with the command that repairs it. */
export interface TopicProblem {
  readonly message: string;
  readonly fix: string;
  /** Whether events could be lost, or only a failure less could be borne. */
  readonly isFatal: boolean;
}

const HOUR_MS = 3_600_000;
/** How much longer the topic keeps events than any destination may hold them. */
export const DAY_MS = 24 * HOUR_MS;
/** A character of an event has up to three bytes. */
const BYTES_PER_CHARACTER = 3;
/** What a message holds besides one event of the largest size; also the least that packed messages need. */
const MESSAGE_OVERHEAD = 4096;
const PACKED_BYTES = 1_600_000;
const WANTED_PARTITIONS = 64;
const WANTED_REPLICAS = 3;

/** Returns what is too weak about a topic. `state` is undefined if there is none. */
export function topicProblems(state: TopicState | undefined, needs: TopicNeeds): readonly TopicProblem[] {
  const { topic, brokers, holdForMs, maxEventBytes } = needs;
  const server = `--bootstrap-server ${brokers[0] ?? "BROKER:9092"}`;
  const retention = holdForMs + DAY_MS;
  const messageBytes = Math.max(PACKED_BYTES, BYTES_PER_CHARACTER * maxEventBytes) + MESSAGE_OVERHEAD;
  if (state === undefined) {
    const settings = {
      "min.insync.replicas": 2,
      "unclean.leader.election.enable": false,
      "retention.ms": retention,
      "max.message.bytes": messageBytes,
    };
    const configs = Object.entries(settings).map(([name, value]) => `--config ${name}=${value}`);
    const replicas = `--replication-factor ${WANTED_REPLICAS}`;
    const fix = `kafka-topics.sh ${server} --create --topic ${topic} --partitions ${WANTED_PARTITIONS} ${replicas} ${configs.join(" ")}`;
    return [{ message: `There is no topic "${topic}".`, fix, isFatal: true }];
  }
  const alter = (setting: string) =>
    `kafka-configs.sh ${server} --alter --entity-type topics --entity-name ${topic} --add-config ${setting}`;
  const problems: TopicProblem[] = [];
  const number = (name: string) => Number(state.settings.get(name) ?? Number.NaN);
  const replicas = Math.min(...state.partitions.map((partition) => partition.replicas));
  const inSync = number("min.insync.replicas");

  const policy = state.settings.get("cleanup.policy") ?? "delete";
  if (policy !== "delete") {
    const message = `Its cleanup.policy is ${policy}: compaction would delete events that were not delivered.`;
    problems.push({ message, fix: alter("cleanup.policy=delete"), isFatal: true });
  }
  const kept = number("retention.ms");
  if (kept >= 0 && kept < retention) {
    const message = `Its retention.ms is ${kept}: events would be deleted before a destination has held them for ${holdForMs / HOUR_MS} h, and a day more.`;
    problems.push({ message, fix: alter(`retention.ms=${retention}`), isFatal: true });
  }
  if (number("retention.bytes") >= 0) {
    const message = "Its retention.bytes is set: a burst would delete events that were not delivered.";
    problems.push({ message, fix: alter("retention.bytes=-1"), isFatal: true });
  }
  if (number("max.message.bytes") < messageBytes) {
    const message = `Its max.message.bytes is ${number("max.message.bytes")}: the largest event (max_event_bytes) would not fit.`;
    problems.push({ message, fix: alter(`max.message.bytes=${messageBytes}`), isFatal: true });
  }
  if (state.settings.get("unclean.leader.election.enable") === "true") {
    const message = "unclean.leader.election.enable is true: a broker that is behind may take over and lose events.";
    problems.push({ message, fix: alter("unclean.leader.election.enable=false"), isFatal: true });
  }
  if (replicas > 1 && inSync < 2) {
    const message = "min.insync.replicas is 1: an acknowledged event may be on one broker only.";
    problems.push({ message, fix: alter("min.insync.replicas=2"), isFatal: true });
  }
  if (inSync >= replicas && replicas > 1) {
    const message = `min.insync.replicas is ${inSync} of ${replicas} replicas: nothing is accepted while one broker is away.`;
    problems.push({ message, fix: alter(`min.insync.replicas=${replicas - 1}`), isFatal: false });
  }
  if (replicas < WANTED_REPLICAS) {
    const message = `It has ${replicas === 1 ? "one replica: a broker that dies takes its events along" : `${replicas} replicas`}.`;
    const fix = `kafka-reassign-partitions.sh ${server} --execute --reassignment-json-file FILE, with three brokers for each partition`;
    problems.push({ message, fix, isFatal: false });
  }
  return problems;
}
