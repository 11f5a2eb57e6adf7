import { hash } from "node:crypto";
import type { AcceptedEvent, EventContent } from "./accepted-event.ts";
import type { MemberPlaces } from "./scan/canonical-bytes.ts";
import { canonicalBytes, memberPlaces } from "./scan/canonical-bytes.ts";

/**
 * Returns what streams need of an event's bytes, computed at the first call; null if it must be parsed for that. Only
 * with `isHashed` it surely has a hash.
 */
export function contentOf(record: AcceptedEvent, isHashed: boolean): EventContent | null {
  const { content } = record;
  if (content === undefined || (isHashed && content?.hash === "")) {
    record.content = isHashed ? hashed(record) : located(record);
  }
  return record.content ?? null;
}

function hashed(record: AcceptedEvent): EventContent | null {
  const written = canonicalBytes(record);
  return written === undefined ? null : contentAt(record, written, hash("sha256", written.canonical, "hex"));
}

function located(record: AcceptedEvent): EventContent | null {
  const places = memberPlaces(record);
  return places === undefined ? null : contentAt(record, places, "");
}

function contentAt({ content }: AcceptedEvent, places: MemberPlaces, digest: string): EventContent {
  const { length, metadataAt, unmappedAt } = places;
  return { hash: digest, bytes: length, metadataAt, unmappedAt, notes: content?.notes };
}
