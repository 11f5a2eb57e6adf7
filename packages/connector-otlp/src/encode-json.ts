import type { Encoded, Framing } from "@arbitex/core";
import type { Attribute, EncodedEvent } from "./attributes.ts";
import { attributesOf, eventNameOf } from "./attributes.ts";
import { SCOPE_NAME } from "./scope.ts";
import { severityOf } from "./severity.ts";

/** Framing of an ExportLogsServiceRequest in JSON. */
export function jsonFraming(serviceName: string): Framing {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: serviceName } }] };
  return {
    contentType: "application/json",
    prefix: asciiOf(
      `{"resourceLogs":[{"resource":${JSON.stringify(resource)},"scopeLogs":[` +
        `{"scope":${JSON.stringify({ name: SCOPE_NAME })},"logRecords":[`,
    ),
    separator: ",",
    suffix: "]}]}]}",
  };
}

/** Encodes an event as a log record with its JSON as text. */
export function encodeText(record: EncodedEvent): Encoded {
  return [`${headOf(record)},"body":{"stringValue":`, { record, quoted: true }, "}}"];
}

/** Encodes an event as a log record with its members as key-value pairs. */
export function encodeStructured(record: EncodedEvent): Encoded {
  return `${headOf(record)},"body":${JSON.stringify(anyValue(record.event()))}}`;
}

/** Writes a log record up to its body. */
function headOf(record: EncodedEvent): string {
  const { number, text } = severityOf(record.severityId);
  const head = {
    timeUnixNano: nanoseconds(record.time),
    observedTimeUnixNano: nanoseconds(record.acceptedAt),
    severityNumber: number,
    severityText: text,
    eventName: eventNameOf(record),
    attributes: attributesOf(record).map(keyValue),
  };
  return JSON.stringify(head).slice(0, -1);
}

function keyValue([key, value]: Attribute | readonly [string, unknown]): object {
  return { key, value: anyValue(value) };
}

/** Writes a value. Integers are texts, as in protobuf's JSON; null is a value without content. */
function anyValue(value: unknown): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      if (Number.isSafeInteger(value)) return { intValue: String(value) };
      // JSON has no infinity, to which 1e400 parses; protobuf's JSON has a word for it.
      return { doubleValue: Number.isFinite(value) ? value : String(value) };
    default:
      if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
      if (typeof value !== "object" || value === null) return {};
      return { kvlistValue: { values: Object.entries(value).map(keyValue) } };
  }
}

/** Writes nanoseconds: a number has too few digits, so the zeros are appended as text. */
function nanoseconds(ms: number): string {
  return `${ms}000000`;
}

/** Framing must be ASCII; JSON escapes the rest. */
function asciiOf(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
