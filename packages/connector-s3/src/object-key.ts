import type { EventRecord } from "@arbitex/core";
import type { S3Config } from "./schema.ts";

type Keyed = Pick<EventRecord, "time" | "acceptedAt" | "classUid">;
type Layout = Pick<S3Config, "format" | "prefix" | "region" | "lake_source" | "lake_account_id">;

/** The first moment of the year 10000, whose days have no eight digits. */
const END_OF_TIME = 253_402_300_800_000;

/** Events whose keys differ never share an object: a day, and for Security Lake a class. */
export function partitionOf(format: S3Config["format"], record: Keyed): string {
  return format === "parquet" ? `${record.classUid}/${dayOf(record)}` : dayOf(record);
}

/** The custom source of Security Lake that takes a class of events. */
export function lakeSourceOf({ lake_source }: Pick<S3Config, "lake_source">, { classUid }: Keyed): string {
  return `${lake_source}-${classUid}`;
}

/**
 * The name of the object that holds these bytes. It follows from them, so that a repeat of a batch finds its object there; the
 * time of its first event before it makes names sort.
 */
export function objectKey(layout: Layout, first: Keyed, hash: string, ending: string): string {
  const name = `${compact(timeOf(first))}-${hash.slice(0, 32)}.${ending}`;
  const day = `eventDay=${dayOf(first)}`;
  if (layout.format === "ndjson") return `${layout.prefix}/${day}/${name}`;
  const { region, lake_account_id: account } = layout;
  return `ext/${lakeSourceOf(layout, first)}/region=${region}/accountId=${account}/${day}/${name}`;
}

function dayOf(record: Keyed): string {
  return compact(timeOf(record)).slice(0, 8);
}

function compact(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

/** When the event happened; where no day can be made of that, when it was taken in. */
function timeOf({ time, acceptedAt }: Keyed): number {
  return time >= 0 && time < END_OF_TIME ? time : acceptedAt;
}
