import type { AcceptedEvent } from "../event/accepted-event.ts";
import type { TextRules } from "./escape.ts";
import { cefHeader, cefValue, escaped, LEEF_DELIMITER, leefHeader, leefValue, upTo } from "./escape.ts";
import type { EventValues, Field, HeaderValues } from "./fields.ts";
import { createFieldReader } from "./fields.ts";
import { severitiesOf } from "./severity.ts";
import { shrink } from "./shrink.ts";
import type { SyslogFraming, SyslogHeader } from "./header.ts";
import { createFrame, createSyslogHeader } from "./header.ts";

/** Options of `createEncoder`. */
export interface EncoderOptions {
  readonly format: "cef" | "leef";
  readonly header: SyslogHeader;
  readonly framing: SyslogFraming;
  /** Host in the syslog header. */
  readonly host: string;
  /** See `HeaderOptions`. */
  readonly app?: string;
  readonly facility?: number;
  /** Most bytes of a message, without its framing. */
  readonly maxMessageBytes: number;
  /** Called for each message that was shortened. */
  readonly onShortened?: () => void;
}

/** Layout of an event's fields in one format. */
interface Layout {
  header(values: HeaderValues): string;
  readonly rules: TextRules;
  readonly separator: string;
  label(field: Field): string;
}

const cef: Layout = {
  header({ vendor, product, version, eventId, name, severityId }) {
    const parts = [part(vendor, 63), part(product, 63), part(version, 31), part(eventId, 1023), part(name, 512)];
    return `CEF:0|${parts.join("|")}|${severitiesOf(severityId).cef}|`;
  },
  rules: cefValue,
  separator: " ",
  label: ({ key, label }) => (label === undefined ? "" : `${key}Label=${label} `),
};

const leef: Layout = {
  header({ vendor, product, version, eventId }) {
    const parts = [vendor, product, version, eventId].map((text) => upTo(255, text, leefHeader));
    return `LEEF:2.0|${parts.join("|")}|${LEEF_DELIMITER}|`;
  },
  rules: leefValue,
  separator: LEEF_DELIMITER,
  label: () => "",
};

function part(text: string, max: number): string {
  return escaped(upTo(max, text, cefHeader), cefHeader);
}

type EncodedPart = Pick<AcceptedEvent, "event" | "time" | "acceptedAt" | "severityId">;

/** Creates an encoder of events to framed CEF or LEEF messages. Framing includes the separator between messages. */
export function createEncoder(options: EncoderOptions): (record: EncodedPart) => string {
  const { header, framing, maxMessageBytes, onShortened } = options;
  const layout = options.format === "cef" ? cef : leef;
  const reader = createFieldReader(options.format);
  const { fields } = reader;
  const { rules, separator } = layout;
  const syslogHeader = createSyslogHeader({ ...options, form: header });
  const frame = createFrame(framing);
  const starts = fields.map((field) => `${layout.label(field)}${field.key}=`);

  function extension(values: EventValues): string {
    let text = "";
    fields.forEach(({ max }, index) => {
      const value = upTo(max, values.text(index), rules);
      if (value === "") return;
      if (text !== "") text += separator;
      text += (starts[index] ?? "") + escaped(value, rules);
    });
    return text;
  }

  /** Shortens a message that is too long, which is rare. */
  function shortened(values: EventValues, space: number): string {
    const texts = fields
      .map((field, index) => ({ field, text: upTo(field.max, values.text(index), rules) }))
      .filter(({ text }) => text !== "");
    const startOf = new Map(fields.map((field, index) => [field, starts[index] ?? ""]));
    const prefixOf = (field: Field) => separator + (startOf.get(field) ?? "");
    // The first field has no separator before it.
    const kept = shrink(texts, { maxBytes: space + separator.length, rules, prefixOf });
    return kept.map(({ field, text }) => (startOf.get(field) ?? "") + escaped(text, rules)).join(separator);
  }

  return (record) => {
    const values = reader.read(record.event());
    const head = syslogHeader(record) + layout.header(values.header);
    const message = head + extension(values);
    // Most messages are far shorter, so that counting bytes is not needed.
    if (message.length * 3 <= maxMessageBytes || Buffer.byteLength(message) <= maxMessageBytes) return frame(message);
    onShortened?.();
    return frame(head + shortened(values, maxMessageBytes - Buffer.byteLength(head)));
  };
}
