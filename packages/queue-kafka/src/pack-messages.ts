import type { Run } from "./message.ts";
import { encodeMessage } from "./message.ts";
import { MOST_EVENTS } from "./position.ts";
import type { RequestMemory } from "./request-memory.ts";
import type { AcceptedEvent } from "@arbitex/core/host";

/** Events of one append for one partition, which are acknowledged together. */
export interface Consignment {
  readonly partition: number;
  readonly destinationIds: readonly string[];
  readonly records: readonly AcceptedEvent[];
  readonly settle: (error: unknown) => void;
}

export interface PackedMessage {
  readonly partition: number;
  readonly value: Buffer;
}

/** Largest packed size at which another event is added to a message. */
const MESSAGE_BYTES = 512 * 1024;

/** Packs events into messages of one partition each, in order, in the memory of the request that takes them. */
export function packMessages(consignments: readonly Consignment[], memory: RequestMemory): readonly PackedMessage[] {
  const byPartition = new Map<number, Consignment[]>();
  for (const consignment of consignments) {
    const of = byPartition.get(consignment.partition);
    if (of === undefined) byPartition.set(consignment.partition, [consignment]);
    else of.push(consignment);
  }
  return [...byPartition].flatMap(([partition, of]) => messagesOf(of, memory).map((value) => ({ partition, value })));
}

function messagesOf(consignments: readonly Consignment[], memory: RequestMemory): readonly Buffer[] {
  const messages: Buffer[] = [];
  let runs: { destinationIds: readonly string[]; records: AcceptedEvent[] }[] = [];
  let events = 0;
  let bytes = 0;
  const end = () => {
    if (events > 0) messages.push(encodeMessage(runs satisfies readonly Run[], (length) => memory.take(length)));
    runs = [];
    events = 0;
    bytes = 0;
  };
  for (const { destinationIds, records } of consignments) {
    for (const record of records) {
      if (events === MOST_EVENTS || (events > 0 && bytes + record.bytes > MESSAGE_BYTES)) end();
      const run = runs.at(-1);
      if (run !== undefined && isSame(run.destinationIds, destinationIds)) run.records.push(record);
      else runs.push({ destinationIds, records: [record] });
      events++;
      bytes += record.bytes;
    }
  }
  end();
  return messages;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((id, at) => id === other[at]));
}
