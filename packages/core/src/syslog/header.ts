import type { AcceptedEvent } from "../event/accepted-event.ts";
import { severitiesOf } from "./severity.ts";

/** Format of the header. */
export type SyslogHeader = "rfc5424" | "rfc3164";
/**
 * How messages are separated in a stream (RFC 6587): `lf` ends each with a line feed, `octet_counting` begins each with
 * its length.
 */
export type SyslogFraming = "lf" | "octet_counting";

/** Parts of the header that are the same for all messages. */
export interface HeaderOptions {
  readonly form: SyslogHeader;
  readonly host: string;
  /** APP-NAME of RFC 5424. Default `arbitex`. */
  readonly app?: string;
  /** Facility, 0 to 23. Default 16 (local0). */
  readonly facility?: number;
}

const FACILITY_LOCAL0 = 16;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** Start of the year 10000, which syslog cannot express, in milliseconds since the epoch. */
const END_OF_TIME = 253_402_300_800_000;

type HeadedPart = Pick<AcceptedEvent, "time" | "acceptedAt" | "severityId">;

/** Creates a function that writes the header of a message, with its last space. Severity and time are the event's. */
export function createSyslogHeader(options: HeaderOptions): (record: HeadedPart) => string {
  const { form, host, app = "arbitex", facility = FACILITY_LOCAL0 } = options;
  const name = wordOf(host, 255);
  const rest = form === "rfc5424" ? ` ${name} ${wordOf(app, 48)} - - - ` : ` ${name} `;
  return (record) => {
    const priority = facility * 8 + severitiesOf(record.severityId).syslog;
    const date = dateOf(record);
    return form === "rfc5424"
      ? `<${priority}>1 ${date.toISOString()}${rest}`
      : `<${priority}>${rfc3164Time(date)}${rest}`;
  };
}

/** Creates a function that frames a message for a stream. */
export function createFrame(framing: SyslogFraming): (message: string) => string {
  // The length is in bytes, not in characters.
  if (framing === "octet_counting") return (message) => `${Buffer.byteLength(message)} ${message}`;
  return (message) => `${message}\n`;
}

/** Returns the most bytes that framing adds to a message of this size. */
export function frameBytes(framing: SyslogFraming, maxMessageBytes: number): number {
  return framing === "lf" ? 1 : String(maxMessageBytes).length + 1;
}

/** Returns the event's time, or its time of acceptance if the header cannot express it. */
function dateOf({ time, acceptedAt }: HeadedPart): Date {
  return new Date(time >= 0 && time < END_OF_TIME ? time : acceptedAt);
}

/** Written in UTC: the format has no year or zone. The message holds the event's full time. */
function rfc3164Time(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()] ?? ""} ${day} ${date.toISOString().slice(11, 19)}`;
}

/** Writes a name as one word. QRadar finds the log source by the host's. */
function wordOf(text: string, max: number): string {
  const word = text.replaceAll(/[^!-~]/g, "-").slice(0, max);
  return word === "" ? "-" : word;
}
