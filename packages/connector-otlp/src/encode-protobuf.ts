import type { Encoded } from "@arbitex/core";
import { sharedBytes } from "@arbitex/core";
import type { EncodedEvent } from "./attributes.ts";
import { attributesOf, eventNameOf } from "./attributes.ts";
import { ReverseWriter } from "./protobuf/reverse-writer.ts";
import { SCOPE_NAME } from "./scope.ts";
import { severityOf } from "./severity.ts";

// Field numbers of opentelemetry-proto.
const RESOURCE_LOGS = 1;
const RESOURCE = 1;
const SCOPE_LOGS = 2;
const SCOPE = 1;
const LOG_RECORD = 2;
const ATTRIBUTE_OF_RESOURCE = 1;
const NAME_OF_SCOPE = 1;
const TIME = 1;
const SEVERITY_NUMBER = 2;
const SEVERITY_TEXT = 3;
const BODY = 5;
const ATTRIBUTE = 6;
const OBSERVED_TIME = 11;
const EVENT_NAME = 12;
const KEY = 1;
const VALUE = 2;
const STRING = 1;
const BOOL = 2;
const INT = 3;
const DOUBLE = 4;
const ARRAY = 5;
const KEY_VALUE_LIST = 6;
const ITEM = 1;

/**
 * Creates the encoder of an event as a complete `resource_logs` field of an ExportLogsServiceRequest. The field is
 * repeated, so that consecutive fields form a request whose size is their sum. The event's JSON is its last part and is
 * copied.
 */
export function encodeText(serviceName: string): (record: EncodedEvent) => Encoded {
  const head = createHead(serviceName);
  return (record) => {
    const writer = new ReverseWriter(jsonBytes(record));
    writer.nested(STRING, 0);
    writer.nested(BODY, 0);
    head(writer, record);
    return [writer.bytes(), { record }];
  };
}

/** Creates the encoder with the event's members as key-value pairs. */
export function encodeStructured(serviceName: string): (record: EncodedEvent) => Encoded {
  const head = createHead(serviceName);
  return (record) => {
    const writer = new ReverseWriter();
    writeValue(writer, record.event());
    writer.nested(BODY, 0);
    head(writer, record);
    return writer.bytes();
  };
}

/** Creates a writer of everything around a record's body. */
function createHead(serviceName: string): (writer: ReverseWriter, record: EncodedEvent) => void {
  const resource = resourceBytes(serviceName);
  const scope = scopeBytes();
  return (writer, record) => {
    const { number, text } = severityOf(record.severityId);
    for (const [key, value] of attributesOf(record).toReversed()) writeAttribute(writer, ATTRIBUTE, key, value);
    writer.text(EVENT_NAME, eventNameOf(record));
    writer.fixed64(OBSERVED_TIME, nanoseconds(record.acceptedAt));
    writer.text(SEVERITY_TEXT, text);
    writer.integer(SEVERITY_NUMBER, number);
    writer.fixed64(TIME, nanoseconds(record.time));
    writer.nested(LOG_RECORD, 0);
    writer.raw(scope);
    writer.nested(SCOPE_LOGS, 0);
    writer.raw(resource);
    writer.nested(RESOURCE_LOGS, 0);
  };
}

function resourceBytes(serviceName: string): Buffer {
  const writer = new ReverseWriter();
  writeAttribute(writer, ATTRIBUTE_OF_RESOURCE, "service.name", serviceName);
  writer.nested(RESOURCE, 0);
  return writer.bytes();
}

function scopeBytes(): Buffer {
  const writer = new ReverseWriter();
  writer.text(NAME_OF_SCOPE, SCOPE_NAME);
  writer.nested(SCOPE, 0);
  return writer.bytes();
}

function writeAttribute(writer: ReverseWriter, field: number, key: string, value: unknown): void {
  const end = writer.length;
  writeValue(writer, value);
  writer.nested(VALUE, end);
  writer.text(KEY, key);
  writer.nested(field, end);
}

/** Writes an AnyValue's content. Null has none. */
function writeValue(writer: ReverseWriter, value: unknown): void {
  if (typeof value === "string") writer.text(STRING, value);
  else if (typeof value === "number") {
    if (Number.isSafeInteger(value)) writer.integer(INT, value);
    else writer.double(DOUBLE, value);
  } else if (typeof value === "boolean") writer.integer(BOOL, Number(value));
  else if (Array.isArray(value)) writeArray(writer, value);
  else if (typeof value === "object" && value !== null) writeMembers(writer, value);
}

function writeArray(writer: ReverseWriter, items: readonly unknown[]): void {
  const end = writer.length;
  for (const item of items.toReversed()) {
    const endOfItem = writer.length;
    writeValue(writer, item);
    writer.nested(ITEM, endOfItem);
  }
  writer.nested(ARRAY, end);
}

function writeMembers(writer: ReverseWriter, members: object): void {
  const end = writer.length;
  for (const [key, value] of Object.entries(members).toReversed()) writeAttribute(writer, ITEM, key, value);
  writer.nested(KEY_VALUE_LIST, end);
}

function nanoseconds(ms: number): bigint {
  return BigInt(ms) * 1_000_000n;
}

function jsonBytes(record: EncodedEvent): number {
  const shared = sharedBytes(record);
  return shared === undefined ? Buffer.byteLength(record.json) : shared.end - shared.start;
}
