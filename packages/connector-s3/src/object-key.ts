import type { EventRecord } from "@arbitex/core";
import type { S3Config } from "./schema.ts";

type Keyed = Pick<EventRecord, "time" | "acceptedAt" | "classUid">;
type Layout = Pick<S3Config, "format" | "prefix" | "region" | "lake_source" | "lake_account_id">;

/** Start of the year 10000, whose days have more than eight digits, in milliseconds since the epoch. */
const END_OF_TIME = 253_402_300_800_000;

/** Returns the partition of an event: its day, and for Security Lake its class. Objects hold one partition. */
export function partitionOf(format: S3Config["format"], record: Keyed): string {
  return format === "parquet" ? `${record.classUid}/${dayOf(record)}` : dayOf(record);
}

/** Returns the Security Lake source of a class. */
export function lakeSourceOf({ lake_source }: Pick<S3Config, "lake_source">, { classUid }: Keyed): string {
  return `${lake_source}-${classUid}`;
}

/**
 * Returns an object's name. It follows from the bytes, so that a repeated batch finds its object. The time of the first
 * event comes first, so that names sort.
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

/** Returns the event's time, or its time of acceptance if it has no valid day. */
function timeOf({ time, acceptedAt }: Keyed): number {
  return time >= 0 && time < END_OF_TIME ? time : acceptedAt;
}
