import type { Encoded, EncodedPart, EventRecord } from "@arbitex/core";
import { isInWindow, staleReason } from "./window.ts";

/** What is the same for all events of a destination, and how they are written. */
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
 * One entry of the intake's array around an event's JSON, which is not read. Throws for an event that Datadog would
 * drop because of its age, unless those are to be sent.
 */
export function createEncoder(options: EncoderOptions): (record: EncodedEvent) => Encoded {
  const { source, service, tags, hostname, format, stale, now } = options;
  const ddtags = tags.length === 0 ? {} : { ddtags: tags.join(",") };
  const head = JSON.stringify({ ddsource: source, ...ddtags, hostname, service }).slice(0, -1);
  // The attribute that Datadog dates a log by before any pipeline runs; OCSF's own `time` is not among those.
  const timed = `${head},"timestamp":`;
  const content = format === "message" ? messageOf : attributesOf;

  return (record) => {
    const { time } = record;
    const at = now();
    if (isInWindow(time, at)) return content(`${timed}${time},`, record);
    if (stale === "dead_letter") throw new RangeError(staleReason(time, at));
    return content(`${head},`, record);
  };
}

/** The documented form: the event's text as a string, which Datadog parses. */
function messageOf(before: string, record: EncodedEvent): readonly EncodedPart[] {
  return [`${before}"message":`, { record, quoted: true }, "}"];
}

/** Where Cloud SIEM keeps OCSF. A message is part of the intake's model, so a short one stands beside it. */
function attributesOf(before: string, record: EncodedEvent): readonly EncodedPart[] {
  return [`${before}"message":"OCSF event of class ${record.classUid}","ocsf":`, { record }, "}"];
}
