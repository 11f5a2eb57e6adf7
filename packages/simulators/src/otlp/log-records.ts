import { isObject, parseJson } from "../simulator/json.ts";
import { stringMember } from "../simulator/scan-json.ts";
import type { Fields } from "./read-protobuf.ts";
import { fieldsOf, integerIn, messagesIn, textIn } from "./read-protobuf.ts";

/** A log record with the attributes of its resource. */
export interface StoredLogRecord {
  readonly serviceName: unknown;
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** A string, or the values of a structured body. */
  readonly body: unknown;
}

/** The records of an ExportLogsServiceRequest. Throws a receiver's error for an invalid body. */
export function fromProtobuf(body: Buffer): readonly StoredLogRecord[] {
  return messagesIn(fieldsOf(body), 1).flatMap((resourceLogs) => {
    const fields = fieldsOf(resourceLogs);
    const serviceName = attributesIn(messagesIn(fields, 1).map(fieldsOf).at(-1), 1)["service.name"];
    return messagesIn(fields, 2).flatMap((scopeLogs) =>
      messagesIn(fieldsOf(scopeLogs), 2).map((record) => recordOf(fieldsOf(record), serviceName)),
    );
  });
}

function recordOf(fields: Fields, serviceName: unknown): StoredLogRecord {
  return {
    serviceName,
    timeUnixNano: String(integerIn(fields, 1) ?? 0),
    observedTimeUnixNano: String(integerIn(fields, 11) ?? 0),
    severityNumber: Number(integerIn(fields, 2) ?? 0),
    severityText: textIn(fields, 3) ?? "",
    eventName: textIn(fields, 12) ?? "",
    attributes: attributesIn(fields, 6),
    body: valueIn(messagesIn(fields, 5).at(-1)),
  };
}

function attributesIn(fields: Fields | undefined, number: number): Readonly<Record<string, unknown>> {
  const pairs = fields === undefined ? [] : messagesIn(fields, number).map(fieldsOf);
  return Object.fromEntries(pairs.map((pair) => [textIn(pair, 1) ?? "", valueIn(messagesIn(pair, 2).at(-1))]));
}

/** The value of an AnyValue; null when it is empty. */
function valueIn(anyValue: Buffer | undefined): unknown {
  const fields = anyValue === undefined ? undefined : fieldsOf(anyValue);
  const [number] = fields?.keys() ?? [];
  if (fields === undefined || number === undefined) return null;
  const [inner] = number === 5 || number === 6 ? messagesIn(fields, number).map(fieldsOf) : [];
  if (number === 1) return textIn(fields, 1);
  if (number === 2) return integerIn(fields, 2) === 1n;
  if (number === 3) return Number(BigInt.asIntN(64, integerIn(fields, 3) ?? 0n));
  if (number === 4) return messagesIn(fields, 4).at(-1)?.readDoubleLE();
  if (number === 5) return inner === undefined ? [] : messagesIn(inner, 1).map(valueIn);
  return attributesIn(inner, 1);
}

/** The records of a request in JSON. */
export function fromJson(body: Buffer): readonly StoredLogRecord[] {
  const request = parseJson(body.toString("utf8"));
  if (!isObject(request)) throw new Error("ReadObject: expect { or , or } or n");
  return listIn(request, "resourceLogs").flatMap((resourceLogs) => {
    const { resource } = resourceLogs;
    const serviceName = isObject(resource) ? jsonAttributes(resource)["service.name"] : undefined;
    return listIn(resourceLogs, "scopeLogs")
      .flatMap((scopeLogs) => listIn(scopeLogs, "logRecords"))
      .map((record) => ({
        serviceName,
        timeUnixNano: String(record["timeUnixNano"]),
        observedTimeUnixNano: String(record["observedTimeUnixNano"]),
        severityNumber: Number(record["severityNumber"]),
        severityText: String(record["severityText"]),
        eventName: String(record["eventName"]),
        attributes: jsonAttributes(record),
        body: jsonValue(record["body"]),
      }));
  });
}

function listIn(object: Readonly<Record<string, unknown>>, key: string) {
  const value = object[key] ?? [];
  if (!Array.isArray(value) || !value.every(isObject)) throw new Error(`${key} is no list of objects`);
  return value;
}

function jsonAttributes(object: Readonly<Record<string, unknown>>, key = "attributes") {
  return Object.fromEntries(listIn(object, key).map((pair) => [String(pair["key"]), jsonValue(pair["value"])]));
}

function jsonValue(anyValue: unknown): unknown {
  if (!isObject(anyValue)) throw new Error("a value is no object");
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue } = anyValue;
  if (isObject(arrayValue)) return listIn(arrayValue, "values").map(jsonValue);
  if (isObject(kvlistValue)) return jsonAttributes(kvlistValue, "values");
  if (intValue !== undefined) return Number(intValue);
  if (doubleValue !== undefined) return Number(doubleValue);
  return stringValue ?? boolValue ?? null;
}

/** `metadata.uid` of the event in a record's body. */
export function idOf({ body }: StoredLogRecord): string | undefined {
  if (isObject(body)) {
    const { metadata } = body;
    return isObject(metadata) && typeof metadata["uid"] === "string" ? metadata["uid"] : undefined;
  }
  if (typeof body !== "string") return undefined;
  const at = body.indexOf('"metadata":{');
  return at === -1 ? undefined : stringMember(body, at + '"metadata":'.length, "uid");
}
