import type { Encoded, Framing } from "@arbitex/core";
import type { Attribute, EncodedEvent } from "./attributes.ts";
import { attributesOf, eventNameOf } from "./attributes.ts";
import { SCOPE_NAME } from "./scope.ts";
import { severityOf } from "./severity.ts";

/** The glue of an ExportLogsServiceRequest in JSON, around log records. */
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

/** One event as a log record, its JSON as text. */
export function encodeText(record: EncodedEvent): Encoded {
  return [`${headOf(record)},"body":{"stringValue":`, { record, quoted: true }, "}}"];
}

/** The same with the event's members as a list of keys and values. */
export function encodeStructured(record: EncodedEvent): Encoded {
  return `${headOf(record)},"body":${JSON.stringify(anyValue(record.event()))}}`;
}

/** All of a log record but its body, without the closing brace. */
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

/** Whole numbers are texts, as protobuf's JSON has 64 bits. A null is a value without content. */
function anyValue(value: unknown): object {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "number":
      if (Number.isSafeInteger(value)) return { intValue: String(value) };
      // JSON has no infinity, which is what 1e400 is read as; protobuf's JSON has a word for it.
      return { doubleValue: Number.isFinite(value) ? value : String(value) };
    default:
      if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
      if (typeof value !== "object" || value === null) return {};
      return { kvlistValue: { values: Object.entries(value).map(keyValue) } };
  }
}

/** Nanoseconds need more digits than a number has, so the zeros are written. */
function nanoseconds(ms: number): string {
  return `${ms}000000`;
}

/** Glue is ASCII; JSON has escapes for the rest. */
function asciiOf(json: string): string {
  return json.replaceAll(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
