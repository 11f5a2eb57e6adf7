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

/** The events with the partition key of the first one, and the others; all are alike where a sink has no keys. */
export function ofOneKey(
  records: readonly EventRecord[],
  sink: Pick<Sink, "partitionKey">,
): { readonly alike: readonly EventRecord[]; readonly others: readonly EventRecord[] } {
  const [first] = records;
  if (sink.partitionKey === undefined || first === undefined) return { alike: records, others: [] };
  const keyOfFirst = partitionKeyOf(sink, first);
  const alike: EventRecord[] = [];
  const others: EventRecord[] = [];
  for (const record of records) (partitionKeyOf(sink, record) === keyOfFirst ? alike : others).push(record);
  return { alike, others };
}

/** An event whose key cannot be made is an event that cannot be encoded: the packer finds out. */
function partitionKeyOf(sink: Pick<Sink, "partitionKey">, record: EventRecord): string {
  try {
    return sink.partitionKey?.(record) ?? "";
  } catch {
    return "";
  }
}
