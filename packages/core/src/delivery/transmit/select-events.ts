import type { Sink } from "../../connector/connector.ts";
import type { EventFilter } from "../delivery-settings.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import { judgeKey, thrownText } from "./judge.ts";

/** Splits events into those a filter includes and those it excludes. */
export function filtered(
  records: readonly AcceptedEvent[],
  { minSeverityId, classUids }: EventFilter,
): { readonly wanted: readonly AcceptedEvent[]; readonly unwanted: readonly AcceptedEvent[] } {
  if (minSeverityId === undefined && classUids === undefined) return { wanted: records, unwanted: [] };
  const classes = classUids === undefined ? undefined : setOf(classUids);
  const isWanted = ({ severityId, classUid }: AcceptedEvent) =>
    (minSeverityId === undefined || severityId >= minSeverityId) && (classes === undefined || classes.has(classUid));
  const wanted = records.filter(isWanted);
  return { wanted, unwanted: wanted.length === records.length ? [] : records.filter((record) => !isWanted(record)) };
}

const sets = new WeakMap<readonly number[], ReadonlySet<number>>();

/** Cached per filter: a set is faster than a list. */
function setOf(classUids: readonly number[]): ReadonlySet<number> {
  let set = sets.get(classUids);
  if (set === undefined) {
    set = new Set(classUids);
    sets.set(classUids, set);
  }
  return set;
}

/** An event whose partition key could not be computed. */
export interface Keyless {
  readonly record: AcceptedEvent;
  readonly reason: string;
}

/** Splits events into those with the first one's partition key and the rest. Without keys, all are alike. */
export function ofOneKey(
  records: readonly AcceptedEvent[],
  sink: Pick<Sink, "partitionKey">,
  type: string,
): {
  readonly alike: readonly AcceptedEvent[];
  readonly others: readonly AcceptedEvent[];
  readonly keyless: readonly Keyless[];
} {
  if (sink.partitionKey === undefined) return { alike: records, others: [], keyless: [] };
  const alike: AcceptedEvent[] = [];
  const others: AcceptedEvent[] = [];
  const keyless: Keyless[] = [];
  let keyOfFirst: string | undefined;
  for (const record of records) {
    try {
      const key = judgeKey(sink.partitionKey(record), type);
      keyOfFirst ??= key;
      (key === keyOfFirst ? alike : others).push(record);
    } catch (error) {
      keyless.push({ record, reason: thrownText(error) });
    }
  }
  return { alike, others, keyless };
}
