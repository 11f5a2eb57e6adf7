import type { KeyObject } from "node:crypto";
import { createHmac, hkdfSync } from "node:crypto";
import type { AcceptedEvent } from "@arbitex/core/host";
import type { EventsHead } from "./frame.ts";

const TAG_BYTES = 6;

type Tagged = Pick<AcceptedEvent, "sequence" | "id">;

/**
 * Tags by which the exporting side recognises events of its bundle without being able to decrypt it. To other readers a
 * tag does not reveal its event.
 */
export interface EventTags {
  write(records: readonly Tagged[]): string;
  /** Whether one of these frames, in order, contains the event. */
  isIn(frames: readonly EventsHead[], record: Tagged): boolean;
}

export function createEventTags(bundleId: string, signKey: KeyObject): EventTags {
  const secret = signKey.export({ type: "pkcs8", format: "der" });
  const key = Buffer.from(hkdfSync("sha256", secret, bundleId, "arbitex-bundle tags", 32));
  const tagOf = ({ sequence, id }: Tagged) =>
    createHmac("sha256", key).update(`${sequence}:${id}`).digest().subarray(0, TAG_BYTES);
  let read: { readonly of: EventsHead; readonly tags: ReadonlySet<string> } | undefined;
  return {
    write: (records) => Buffer.concat(records.map(tagOf)).toString("base64"),
    isIn(frames, record) {
      const { sequence } = record;
      const frame = read !== undefined && isWithin(read.of, sequence) ? read.of : frameOf(frames, sequence);
      if (frame === undefined) return false;
      if (read?.of !== frame) read = { of: frame, tags: tagsOf(frame) };
      return read.tags.has(tagOf(record).toString("hex"));
    },
  };
}

/** The frame of a sequence, if any. Uses a binary search, because a bundle may have millions of events. */
function frameOf(frames: readonly EventsHead[], sequence: number): EventsHead | undefined {
  let low = 0;
  let high = frames.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((frames[middle]?.first_sequence ?? 0) <= sequence) low = middle;
    else high = middle - 1;
  }
  const frame = frames[low];
  return frame !== undefined && isWithin(frame, sequence) ? frame : undefined;
}

function isWithin({ first_sequence: first, last_sequence: last }: EventsHead, sequence: number): boolean {
  return sequence >= first && sequence <= last;
}

function tagsOf({ tags }: EventsHead): ReadonlySet<string> {
  const bytes = Buffer.from(tags, "base64");
  const found = new Set<string>();
  for (let at = 0; at < bytes.length; at += TAG_BYTES) found.add(bytes.toString("hex", at, at + TAG_BYTES));
  return found;
}
