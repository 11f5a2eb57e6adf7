import type { Sink } from "../connector/connector.ts";
import type { EventFilter } from "./delivery-settings.ts";
import type { EventRecord } from "./event-record.ts";

/** The events that a filter lets through, and those that it leaves out. */
export function filtered(
  records: readonly EventRecord[],
  { minSeverityId, classUids }: EventFilter,
): { readonly wanted: readonly EventRecord[]; readonly unwanted: readonly EventRecord[] } {
  if (minSeverityId === undefined && classUids === undefined) return { wanted: records, unwanted: [] };
  const isWanted = ({ severityId, classUid }: EventRecord) =>
    (minSeverityId === undefined || severityId >= minSeverityId) &&
    (classUids === undefined || classUids.includes(classUid));
  const wanted = records.filter(isWanted);
  return { wanted, unwanted: wanted.length === records.length ? [] : records.filter((record) => !isWanted(record)) };
}

/** Events by their partition key, in the order of each key's first event; all together where a sink has no keys. */
export function partitioned(records: readonly EventRecord[], sink: Sink): Iterable<readonly EventRecord[]> {
  if (sink.partitionKey === undefined) return [records];
  const groups = new Map<string, EventRecord[]>();
  for (const record of records) {
    const key = partitionKeyOf(sink, record);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups.values();
}

/** An event whose key cannot be made is an event that cannot be encoded: the packer finds out. */
function partitionKeyOf(sink: Sink, record: EventRecord): string {
  try {
    return sink.partitionKey?.(record) ?? "";
  } catch {
    return "";
  }
}
