import type { AcceptedEvent } from "@arbitex/core/host";
import { createEventRecord } from "@arbitex/core/host";
import { expect, it } from "vitest";
import { decodeMessage, encodeMessage, NewerMessage } from "./message.ts";
import { packMessages } from "./pack-messages.ts";
import { MOST_EVENTS } from "./position.ts";
import { RequestMemory } from "./request-memory.ts";

const event = (uid: string, message = "") =>
  createEventRecord({ class_uid: 6003, time: 1, metadata: { uid }, message });
const settle = () => undefined;

it("gives back each run's destinations and events, byte for byte", () => {
  const runs = [
    { destinationIds: ["soc", "acme"], records: [event("a", "é 漢 \u2028"), event("b")] },
    { destinationIds: ["soc"], records: [event("c")] },
  ];
  const stored = decodeMessage(encodeMessage(runs));
  expect(stored.map(({ destinationIds, count, first }) => ({ destinationIds, count, first }))).toEqual([
    { destinationIds: ["soc", "acme"], count: 2, first: 0 },
    { destinationIds: ["soc"], count: 1, first: 2 },
  ]);
  expect(stored.flatMap((run) => run.records().map(({ json }) => json))).toEqual(
    runs.flatMap(({ records }) => records.map(({ json }) => json)),
  );
});

it("tells a newer format, which must not be skipped, from another program's bytes", () => {
  const newer = encodeMessage([]);
  newer[0] = 2;
  expect(() => decodeMessage(newer)).toThrow(NewerMessage);
  expect(() => decodeMessage(Buffer.from('{"some":"json"}'))).toThrow("a message of format 123, expected 1");
  expect(() => decodeMessage(Buffer.alloc(0))).toThrow("a message of format none, expected 1");
  expect(() => decodeMessage(Buffer.from([1, 255, 255, 255, 255]))).toThrow("JSON");
});

it("packs at most a hundred events into a message, in order, and each partition's by themselves", () => {
  const records = Array.from({ length: 250 }, (_, at) => event(`e${at}`));
  const consignments = [
    { partition: 1, destinationIds: ["soc"], records, settle },
    { partition: 2, destinationIds: ["soc"], records: [event("other")], settle },
  ];
  const messages = packMessages(consignments, new RequestMemory());
  expect(messages.map(({ partition }) => partition)).toEqual([1, 1, 1, 2]);
  const read = messages.slice(0, 3).flatMap(({ value }) => decodeMessage(value));
  expect(read.every(({ count }) => count <= MOST_EVENTS)).toBe(true);
  expect(read.flatMap((run) => run.records().map(({ id }) => id))).toEqual(records.map(({ id }) => id));
});

it("packs a request into the memory of the one before, and what is too large for it elsewhere", () => {
  const memory = new RequestMemory();
  const uidsOf = (partition: number, records: readonly AcceptedEvent[]) => {
    memory.clear();
    const messages = packMessages([{ partition, destinationIds: ["soc"], records, settle }], memory);
    const uids = messages
      .flatMap(({ value }) => decodeMessage(value))
      .flatMap((run) => run.records().map(({ id }) => id));
    return { messages, uids };
  };
  const small = uidsOf(1, [event("a"), event("b")]);
  const large = uidsOf(
    2,
    Array.from({ length: 40 }, (_, at) => event(`l${at}`, "x".repeat(100_000))),
  );
  expect(small.uids).toEqual(["a", "b"]);
  expect(large.uids).toEqual(Array.from({ length: 40 }, (_, at) => `l${at}`));
  const memories = new Set(large.messages.map(({ value }) => value.buffer));
  expect(memories.has(small.messages[0]?.value.buffer ?? new ArrayBuffer(0))).toBe(true);
  expect(memories.size).toBeGreaterThan(1);
});
