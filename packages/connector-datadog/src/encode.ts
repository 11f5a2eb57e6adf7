import type { Encoded, EncodedPart, EventRecord } from "@arbitex/core";
import { createTimedBytes } from "@arbitex/core";
import { isInWindow, staleReason } from "./window.ts";

/** Options that are the same for all events of a destination. */
export interface EncoderOptions {
  readonly source: string;
  readonly service: string;
  readonly tags: readonly string[];
  readonly hostname: string;
  readonly format: "message" | "attributes";
  readonly stale: "dead_letter" | "send";
  readonly now: () => number;
}

export type EncodedEvent = Pick<EventRecord, "time" | "json" | "classUid">;

/**
 * Creates the encoder: one entry of the intake's array around an event's JSON, which is not parsed. The encoder throws
 * for an event too old for Datadog, unless those are to be sent.
 */
export function createEncoder(options: EncoderOptions): (record: EncodedEvent) => Encoded {
  const { source, service, tags, hostname, format, stale, now } = options;
  const ddtags = tags.length === 0 ? {} : { ddtags: tags.join(",") };
  const head = JSON.stringify({ ddsource: source, ...ddtags, hostname, service }).slice(0, -1);
  // Datadog dates a log by this attribute before any pipeline runs; it does not read OCSF's `time`.
  const timed = `${head},"timestamp":`;
  const timedBytes = createTimedBytes(timed, "milliseconds", ",");
  const content = format === "message" ? messageOf : attributesOf;

  return (record) => {
    const { time } = record;
    const at = now();
    if (isInWindow(time, at)) return content(timedBytes(time) ?? `${timed}${time},`, record);
    if (stale === "dead_letter") throw new RangeError(staleReason(time, at));
    return content(`${head},`, record);
  };
}

/** Writes the documented form: the event as a string, which Datadog parses. */
function messageOf(before: string | Uint8Array, record: EncodedEvent): readonly EncodedPart[] {
  return [before, '"message":', { record, quoted: true }, "}"];
}

/** Writes the event where Cloud SIEM keeps OCSF, with a short message, which the intake's model requires. */
function attributesOf(before: string | Uint8Array, record: EncodedEvent): readonly EncodedPart[] {
  return [before, `"message":"OCSF event of class ${record.classUid}","ocsf":`, { record }, "}"];
}
