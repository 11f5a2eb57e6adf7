import { createHash } from "node:crypto";
import type { EventRecord } from "@arbitex/core";

const MAX_ID_BYTES = 512;

/**
 * Returns the event's `_id`: its own id, so that a repeat is a conflict and not a second document. An id that
 * Elasticsearch would refuse or change is replaced by its digest, which is the same in every attempt.
 */
export function documentId({ id, json }: Pick<EventRecord, "id" | "json">): string {
  if (isPlain(id)) return id;
  // Elasticsearch refuses an empty id. The digest of the event is the same in every attempt.
  if (id === "") return digest(json);
  const bytes = Buffer.from(id, "utf8");
  // UTF-8 merges all lone surrogates: two events would get one id, and one would be lost.
  const survives = bytes.toString("utf8") === id;
  return survives && bytes.length <= MAX_ID_BYTES ? id : digest(id);
}

/** Returns whether an id needs no escape in JSON, as nearly every id. */
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
  // UTF-16 distinguishes what UTF-8 would merge.
  return `sha256-${createHash("sha256").update(text, "utf16le").digest("hex")}`;
}
