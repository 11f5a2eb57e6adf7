import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { EventFilter } from "../../delivery-settings.ts";

/**
 * Returns whether a destination receives an event. Depends on the event and the settings alone, so that a restart, a
 * retry and a replay decide alike.
 */
export type Select = (record: AcceptedEvent) => boolean;

/** Creates the selection of a filter; undefined if it includes every event. */
export function createSelect({ minSeverityId, classUids }: EventFilter): Select | undefined {
  if (minSeverityId === undefined && classUids === undefined) return undefined;
  const classes = classUids === undefined ? undefined : new Set(classUids);
  return ({ severityId, classUid }) =>
    (minSeverityId === undefined || severityId >= minSeverityId) && (classes === undefined || classes.has(classUid));
}

/** Splits events into those that are selected and the others. */
export function selected(
  records: readonly AcceptedEvent[],
  select: Select | undefined,
): { readonly wanted: readonly AcceptedEvent[]; readonly unwanted: readonly AcceptedEvent[] } {
  if (select === undefined) return { wanted: records, unwanted: [] };
  const wanted: AcceptedEvent[] = [];
  const unwanted: AcceptedEvent[] = [];
  for (const record of records) (select(record) ? wanted : unwanted).push(record);
  return { wanted, unwanted };
}
