import { hash } from "node:crypto";
import type { AcceptedEvent, EventContent } from "./accepted-event.ts";
import { canonicalBytes } from "./scan/canonical-bytes.ts";

/** Returns what streams need of an event's bytes, computed at the first call; null if it must be parsed for that. */
export function contentOf(record: AcceptedEvent): EventContent | null {
  if (record.content === undefined) record.content = computed(record);
  return record.content;
}

function computed(record: AcceptedEvent): EventContent | null {
  const canonical = canonicalBytes(record);
  if (canonical === undefined) return null;
  const { bytes, metadataAt, unmappedAt } = canonical;
  return { hash: hash("sha256", bytes, "hex"), metadataAt, unmappedAt };
}
