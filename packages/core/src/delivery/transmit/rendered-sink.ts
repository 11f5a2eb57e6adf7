import type { Sink } from "../../connector/connector.ts";
import type { EventRecord } from "../../connector/event-record.ts";
import { isJsonObject } from "../../ocsf/json-value.ts";
import { parseJson } from "../../ocsf/parse-json.ts";
import type { Rendering } from "../../ocsf/rendering.ts";
import { render } from "../../ocsf/rendering.ts";
import { writeEvent } from "../../ocsf/write-json.ts";
import { AcceptedEvent } from "../../event/accepted-event.ts";

/**
 * Returns the sink itself for `arbitex`, the rendering in which events are kept; otherwise a sink that receives each
 * event in its rendering.
 */
export function withRendering(sink: Sink, rendering: Rendering): Sink {
  if (rendering === "arbitex") return sink;
  return {
    encode: (record) => sink.encode(strictRecord(record)),
    send: (batch, signal) => sink.send({ ...batch, records: batch.records.map(strictRecord) }, signal),
    ...(sink.partitionKey && { partitionKey: keyOfStrict(sink.partitionKey.bind(sink)) }),
    ...(sink.check && { check: sink.check.bind(sink) }),
    ...(sink.close && { close: async () => sink.close?.() }),
  };
}

function keyOfStrict(keyOf: NonNullable<Sink["partitionKey"]>): NonNullable<Sink["partitionKey"]> {
  return (record) => keyOf(strictRecord(record));
}

/** Shared by all destinations, as long as the record is held. */
const strictRecords = new WeakMap<EventRecord, EventRecord>();

function strictRecord(record: EventRecord): EventRecord {
  let strict = strictRecords.get(record);
  if (strict === undefined) {
    const event = parseJson(record.json);
    const json = isJsonObject(event) ? writeEvent(render(event, "strict")) : record.json;
    const { id, orgId, classUid, severityId, time, acceptedAt } = record;
    strict = new AcceptedEvent({ id, orgId, classUid, severityId, time, acceptedAt, json });
    strictRecords.set(record, strict);
  }
  return strict;
}
