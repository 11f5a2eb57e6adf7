import type { AcceptedEvent } from "../event/accepted-event.ts";
import { severitiesOf } from "./severity.ts";

export type SyslogHeader = "rfc5424" | "rfc3164";
export type SyslogFraming = "lf" | "octet_counting";

/** What a header says of its sender, the same for all messages. */
export interface HeaderOptions {
  readonly form: SyslogHeader;
  readonly host: string;
  /** APP-NAME of RFC 5424. `arbitex` where it is not given. */
  readonly app?: string;
  /** 0 to 23. 16, which is local0, where it is not given. */
  readonly facility?: number;
}

const FACILITY_LOCAL0 = 16;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** The first moment of the year 10000, for which syslog has no form. */
const END_OF_TIME = 253_402_300_800_000;

type HeadedPart = Pick<AcceptedEvent, "time" | "acceptedAt" | "severityId">;

/** What stands before a message's text, its last space included. Severity and time are the event's. */
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

/** Turns messages into frames, which follow each other in the stream without anything in between. */
export function createFrame(framing: SyslogFraming): (message: string) => string {
  // Counted in bytes, not in characters.
  if (framing === "octet_counting") return (message) => `${Buffer.byteLength(message)} ${message}`;
  return (message) => `${message}\n`;
}

/** The most that a frame adds to a message of this size. */
export function frameBytes(framing: SyslogFraming, maxMessageBytes: number): number {
  return framing === "lf" ? 1 : String(maxMessageBytes).length + 1;
}

/** When the event happened; where that cannot be said in a header, when it was taken in. */
function dateOf({ time, acceptedAt }: HeadedPart): Date {
  return new Date(time >= 0 && time < END_OF_TIME ? time : acceptedAt);
}

/** In UTC: the form has neither year nor zone, and the event's own time is in the message. */
function rfc3164Time(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()] ?? ""} ${day} ${date.toISOString().slice(11, 19)}`;
}

/** A name that no receiver can take for two words; QRadar finds the log source by the host's. */
function wordOf(text: string, max: number): string {
  const word = text.replaceAll(/[^!-~]/g, "-").slice(0, max);
  return word === "" ? "-" : word;
}
