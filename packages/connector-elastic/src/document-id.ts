import { createHash } from "node:crypto";
import type { EventRecord } from "@arbitex/core";

const MAX_ID_BYTES = 512;

/**
 * The event's `_id`: its own id, which makes a repeat of it a conflict instead of a second document. An id that
 * Elasticsearch would refuse or alter is replaced by its digest, so that it stays the same in every attempt.
 */
export function documentId({ id, json }: Pick<EventRecord, "id" | "json">): string {
  if (isPlain(id)) return id;
  // Elasticsearch refuses an empty one; the digest of the event itself is still the same in every attempt.
  if (id === "") return digest(json);
  const bytes = Buffer.from(id, "utf8");
  // Lone surrogates all become the same character in UTF-8: two events would have one id, and one of them be lost.
  const survives = bytes.toString("utf8") === id;
  return survives && bytes.length <= MAX_ID_BYTES ? id : digest(id);
}

/** Printable ASCII that stands in JSON as it is, as nearly every id does. */
export function isPlain(id: string): boolean {
  if (id.length === 0 || id.length > MAX_ID_BYTES) return false;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return false;
  }
  return true;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function digest(text: string): string {
  // UTF-16 keeps what UTF-8 would merge.
  return `sha256-${createHash("sha256").update(text, "utf16le").digest("hex")}`;
}
