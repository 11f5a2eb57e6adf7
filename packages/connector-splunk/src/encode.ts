import type { Encoded, EventRecord } from "@arbitex/core";

/** What is the same for all events of a destination; null leaves a name out. */
export interface Envelope {
  readonly host: string;
  readonly source: string;
  readonly sourcetype: string | null;
  readonly index: string | null;
}

/** The names that an envelope gives its events. */
export function metadataOf({ host, source, sourcetype, index }: Envelope): Readonly<Record<string, string>> {
  return { host, source, ...(sourcetype !== null && { sourcetype }), ...(index !== null && { index }) };
}

/** An event's JSON alone: what a raw body has on each line. */
export function encodeRaw(record: EncodedPart): Encoded {
  return { record };
}

/** Puts HEC's envelope around an event's JSON, which is not read. */
export function createEncoder(envelope: Envelope, timeOf = hecTime): (record: EncodedPart) => Encoded {
  // HEC skips or refuses objects with keys that it does not know: nothing else may stand beside `event`.
  const keys = JSON.stringify(metadataOf(envelope)).slice(1, -1);
  const timed = `,${keys},"event":`;
  const untimed = `{${keys},"event":`;
  return (record) => {
    const { time } = record;
    // Without a time HEC takes the time of receipt; a number that it cannot read it would refuse.
    const before = Number.isSafeInteger(Math.floor(time)) ? `{"time":${timeOf(time)}${timed}` : untimed;
    return [before, { record }, "}"];
  };
}

type EncodedPart = Pick<EventRecord, "time" | "json">;

/** Milliseconds since the epoch as HEC wants time: seconds, with three decimals, never in exponent form. */
export function hecTime(ms: number): string {
  const whole = Math.floor(ms);
  if (whole < 0) return `-${hecTime(-whole)}`;
  const seconds = Math.floor(whole / 1000);
  // Not toFixed(3): it rounds wrongly far from the epoch, and is slower.
  return `${seconds}${MILLISECONDS[whole - seconds * 1000] ?? ""}`;
}

/** The same without its fraction, for a receiver that reads whole numbers only. */
export function wholeSeconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}

const MILLISECONDS: readonly string[] = Array.from({ length: 1000 }, (_, ms) => `.${String(ms).padStart(3, "0")}`);
