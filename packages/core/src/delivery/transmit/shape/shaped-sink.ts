import type { Batch } from "../../../connector/batch.ts";
import type { Sink } from "../../../connector/connector.ts";
import type { EventRecord } from "../../../connector/event-record.ts";
import { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { Step } from "./step.ts";

/** Returns a sink that receives each event shaped by `step`. */
export function shapedSink(sink: Sink, step: Step | undefined): Sink {
  if (step === undefined) return sink;
  const use = useOf(step);
  use.sinks++;
  const shaped = (record: EventRecord) => {
    if (!(record instanceof AcceptedEvent)) return record;
    return use.sinks > 1 ? rememberedShape(record, step) : step(record);
  };
  return {
    encode: (record) => sink.encode(shaped(record)),
    send: (batch, signal) => sink.send(shapedBatch(batch, shaped), signal),
    ...(sink.partitionKey && { partitionKey: keyOfShaped(sink.partitionKey.bind(sink), shaped) }),
    ...(sink.check && { check: sink.check.bind(sink) }),
    ...(sink.close && {
      close: async () => {
        use.sinks--;
        await sink.close?.();
      },
    }),
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

/** How many sinks a step is used by. */
interface StepUse {
  sinks: number;
}

const uses = new WeakMap<Step, StepUse>();

function useOf(step: Step): StepUse {
  const use = uses.get(step) ?? { sinks: 0 };
  uses.set(step, use);
  return use;
}

/**
 * Shapes an event once for all sinks with the same step that are close to each other. The event holds the last shape
 * that was made of it. For one sink alone that would only be copied by the garbage collector.
 */
function rememberedShape(record: AcceptedEvent, step: Step): AcceptedEvent {
  if (record.shapedBy === step && record.shaped !== undefined) return record.shaped;
  const shaped = step(record);
  record.shaped = shaped;
  record.shapedBy = step;
  return shaped;
}
