import type { Encoded, EventRecord } from "@arbitex/core";
import { createTimedBytes } from "@arbitex/core";

/** Metadata that is the same for all events of a destination; null leaves a name out. */
export interface Envelope {
  readonly host: string;
  readonly source: string;
  readonly sourcetype: string | null;
  readonly index: string | null;
}

/** Returns the metadata of an envelope. */
export function metadataOf({ host, source, sourcetype, index }: Envelope): Readonly<Record<string, string>> {
  return { host, source, ...(sourcetype !== null && { sourcetype }), ...(index !== null && { index }) };
}

/** Encodes an event's JSON alone, as one line of a raw body. */
export function encodeRaw(record: EncodedPart): Encoded {
  return { record };
}

/** Creates the encoder that puts HEC's envelope around an event's JSON, which is not parsed. */
export function createEncoder(envelope: Envelope, timeOf = hecTime): (record: EncodedPart) => Encoded {
  // HEC skips or refuses objects with unknown keys: nothing else may be beside `event`.
  const keys = JSON.stringify(metadataOf(envelope)).slice(1, -1);
  const timed = `,${keys},"event":`;
  const untimed = `{${keys},"event":`;
  const timedBytes = timeOf === hecTime ? createTimedBytes('{"time":', "seconds", timed) : undefined;
  return (record) => {
    const { time } = record;
    // Without a time, HEC uses the time of receipt; it refuses an invalid number.
    const bytes = timedBytes?.(time);
    if (bytes !== undefined) return [bytes, { record }, "}"];
    const before = Number.isSafeInteger(Math.floor(time)) ? `{"time":${timeOf(time)}${timed}` : untimed;
    return [before, { record }, "}"];
  };
}

type EncodedPart = Pick<EventRecord, "time" | "json">;

/** Writes milliseconds since the epoch as HEC's time: seconds with three decimals, never with an exponent. */
export function hecTime(ms: number): string {
  const whole = Math.floor(ms);
  if (whole < 0) return `-${hecTime(-whole)}`;
  const seconds = Math.floor(whole / 1000);
  // `toFixed(3)` rounds wrongly far from the epoch, and is slower.
  return `${seconds}${MILLISECONDS[whole - seconds * 1000] ?? ""}`;
}

/** Writes whole seconds, for a receiver that only reads integers. */
export function wholeSeconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}

const MILLISECONDS: readonly string[] = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, "0")}`);
