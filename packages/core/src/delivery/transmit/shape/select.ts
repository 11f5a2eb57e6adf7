import { SiemError } from "../../../errors.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { celFilter } from "../../../filter/cel-filter.ts";
import type { FilterUse } from "../../../filter/compile-filter.ts";
import type { EventFilter } from "../../delivery-settings.ts";
import { createSample } from "./sample.ts";

/**
 * Returns whether a destination receives an event. Depends on the event and the settings alone, so that a restart, a
 * retry and a replay decide alike.
 */
export type Select = (record: AcceptedEvent) => boolean;

/** A part of a selection, and the setting that it comes from. */
export interface SelectPart {
  readonly setting: string;
  readonly test: Select;
}

/** Creates the selection of a filter; undefined if it includes every event. Throws for an invalid expression. */
export function createSelect(filter: EventFilter): Select | undefined {
  const [first, ...others] = wholePartsOf(filter, { isStanding: true }).map(({ test }) => test);
  if (first === undefined) return undefined;
  if (others.length === 0) return first;
  return (record) => first(record) && others.every((test) => test(record));
}

/** Returns every part that must be true, with the terms of an expression one by one. */
export function selectPartsOf(filter: EventFilter): readonly SelectPart[] {
  const { cel, classUids } = filter;
  const once = { isStanding: false };
  const terms = cel === undefined ? [] : compiled(cel, classUids, once).terms;
  return wholePartsOf(filter, once).flatMap((part) =>
    part.setting === "cel" ? terms.map(({ source, test }) => ({ setting: `cel: ${source}`, test })) : [part],
  );
}

/** The cheap ones first. Sampling is last: it takes a share of what the filter includes. */
function wholePartsOf({ minSeverityId, classUids, cel, sample }: EventFilter, use: FilterUse): readonly SelectPart[] {
  const parts: SelectPart[] = [];
  if (minSeverityId !== undefined) {
    parts.push({ setting: `min_severity_id: ${minSeverityId}`, test: ({ severityId }) => severityId >= minSeverityId });
  }
  if (classUids !== undefined) {
    const classes = new Set(classUids);
    parts.push({ setting: `class_uids: ${classUids.join(", ")}`, test: ({ classUid }) => classes.has(classUid) });
  }
  if (cel !== undefined) parts.push({ setting: "cel", test: compiled(cel, classUids, use).test });
  if (sample !== undefined) parts.push({ setting: "sample", test: createSample(sample) });
  return parts;
}

function compiled(cel: string, classUids: readonly number[] | undefined, use: FilterUse) {
  const result = celFilter(cel, classUids, use);
  if ("filter" in result) return result.filter;
  const { message, fix, shown } = result.problem;
  throw new SiemError("SIEM_CONFIG_INVALID", `filter.cel ${message}${fix === undefined ? "" : ` ${fix}`} ${shown}`);
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
