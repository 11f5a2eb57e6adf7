import type { Batch } from "../../../connector/batch.ts";
import type { Sink } from "../../../connector/connector.ts";
import type { EventRecord } from "../../../connector/event-record.ts";
import { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { Step } from "./shape.ts";

/** Returns a sink that receives each event shaped by `step`. */
export function shapedSink(sink: Sink, step: Step | undefined): Sink {
  if (step === undefined) return sink;
  const shaped = remembered(step);
  return {
    encode: (record) => sink.encode(shaped(record)),
    send: (batch, signal) => sink.send(shapedBatch(batch, shaped), signal),
    ...(sink.partitionKey && { partitionKey: keyOfShaped(sink.partitionKey.bind(sink), shaped) }),
    ...(sink.check && { check: sink.check.bind(sink) }),
    ...(sink.close && { close: async () => sink.close?.() }),
  };
}

/** Few sinks read the records of a batch, so they are shaped on demand. */
function shapedBatch(batch: Batch, shaped: (record: EventRecord) => EventRecord): Batch {
  let records: readonly EventRecord[] | undefined;
  return {
    ...batch,
    get records() {
      records ??= batch.records.map(shaped);
      return records;
    },
  };
}

function keyOfShaped(
  keyOf: NonNullable<Sink["partitionKey"]>,
  shaped: (record: EventRecord) => EventRecord,
): NonNullable<Sink["partitionKey"]> {
  return (record) => keyOf(shaped(record));
}

const knownBy = new WeakMap<Step, WeakMap<EventRecord, EventRecord>>();

/** Shapes an event once for all destinations with the same step, as long as the record is held. */
function remembered(step: Step): (record: EventRecord) => EventRecord {
  const known = knownBy.get(step) ?? new WeakMap<EventRecord, EventRecord>();
  knownBy.set(step, known);
  return (record) => {
    if (!(record instanceof AcceptedEvent)) return record;
    let shaped = known.get(record);
    if (shaped === undefined) {
      shaped = step(record);
      known.set(record, shaped);
    }
    return shaped;
  };
}
