import { expect, it } from "vitest";
import { topicProblems } from "./topic-problems.ts";
import { whyNotWritable } from "./why-not-writable.ts";

const needs = { topic: "siem-events", brokers: ["k1:9092"], holdForMs: 72 * 3_600_000, maxEventBytes: 1_048_576 };
const fit = {
  "cleanup.policy": "delete",
  "retention.ms": "345600000",
  "retention.bytes": "-1",
  "max.message.bytes": "3149824",
  "unclean.leader.election.enable": "false",
  "min.insync.replicas": "2",
};
const partition = { leader: 1, replicas: 3, inSync: 3 };
const topic = (settings: Readonly<Record<string, string>> = {}, partitions = [partition]) => {
  return { id: "1", partitions, settings: new Map(Object.entries({ ...fit, ...settings })) };
};

it("finds nothing wrong with a topic as the guide creates it", () => {
  expect(topicProblems(topic(), needs)).toEqual([]);
});

it("names the command that creates a missing topic", () => {
  const [problem] = topicProblems(undefined, needs);
  expect(problem).toMatchObject({ isFatal: true });
  expect(problem?.fix).toBe(
    "kafka-topics.sh --bootstrap-server k1:9092 --create --topic siem-events --partitions 64 --replication-factor 3 " +
      "--config min.insync.replicas=2 --config unclean.leader.election.enable=false --config retention.ms=345600000 " +
      "--config max.message.bytes=3149824",
  );
});

it.each([
  [{ "cleanup.policy": "compact" }, "--add-config cleanup.policy=delete"],
  [{ "retention.ms": "86400000" }, "--add-config retention.ms=345600000"],
  [{ "retention.bytes": "1073741824" }, "--add-config retention.bytes=-1"],
  [{ "max.message.bytes": "1048588" }, "--add-config max.message.bytes=3149824"],
  [{ "unclean.leader.election.enable": "true" }, "--add-config unclean.leader.election.enable=false"],
  [{ "min.insync.replicas": "1" }, "--add-config min.insync.replicas=2"],
])("refuses %o, and names the command that repairs it", (settings, fix) => {
  const problems = topicProblems(topic(settings), needs);
  expect(problems).toEqual([expect.objectContaining({ isFatal: true, fix: expect.stringContaining(fix) })]);
});

it("warns of a topic that bears no failure", () => {
  const single = topicProblems(
    topic({ "min.insync.replicas": "1" }, [{ ...partition, replicas: 1, inSync: 1 }]),
    needs,
  );
  expect(single.map(({ isFatal }) => isFatal)).toEqual([false]);
  expect(topicProblems(topic({ "min.insync.replicas": "3" }), needs)).toMatchObject([{ isFatal: false }]);
});

it("takes retention without an end", () => {
  expect(topicProblems(topic({ "retention.ms": "-1" }), needs)).toEqual([]);
});

it("says why nothing can be written", () => {
  expect(whyNotWritable(topic(), "siem-events")).toBeUndefined();
  expect(whyNotWritable(undefined, "siem-events")).toContain("no topic");
  const away = [partition, { leader: -1, replicas: 3, inSync: 0 }, { leader: 2, replicas: 3, inSync: 1 }];
  expect(whyNotWritable(topic({}, away), "siem-events")).toMatch(/^2 of 3 partitions/);
});
