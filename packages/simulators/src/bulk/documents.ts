import { isObject } from "../simulator/json.ts";
import type { ErrorCause, ErrorTypes } from "./product.ts";

/** Field types of a mapping. A value of another type is refused. */
export type FieldType = "long" | "date" | "ip" | "boolean" | "keyword";

export interface DocumentRules {
  readonly isDataStream: boolean;
  /** Field types by dotted path. */
  readonly mapping: Readonly<Record<string, FieldType>>;
  /** Returns a reason to refuse an otherwise valid document. */
  readonly refuse?: (document: Readonly<Record<string, unknown>>) => string | undefined;
  readonly types: ErrorTypes;
}

export type Document =
  | { readonly kind: "good"; readonly value: Readonly<Record<string, unknown>> | undefined }
  | { readonly kind: "bad"; readonly error: ErrorCause };

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Checks only both ends of a document, without parsing, when only counts are kept. */
export function looksGood(line: Buffer, isDataStream: boolean): boolean {
  return line[0] === OPEN_BRACE && line.at(-1) === CLOSE_BRACE && (!isDataStream || line.includes('"@timestamp":'));
}

/** Parses a document as a node does and reports why it is refused. */
export function readDocument(line: Buffer, id: string, rules: DocumentRules): Document {
  const { isDataStream, mapping, refuse, types } = rules;
  const bad = (reason: string, caused_by?: ErrorCause): Document => ({
    kind: "bad",
    error: { type: types.badDocument, reason, ...(caused_by && { caused_by }) },
  });
  let value: unknown;
  try {
    value = JSON.parse(line.toString("utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const cause = { type: "json_parse_exception", reason };
    return bad(`[1:2] failed to parse: ${reason}`, { type: "x_content_parse_exception", reason, caused_by: cause });
  }
  if (!isObject(value)) return bad("failed to parse", { type: "not_x_content_exception", reason: "not an object" });
  if (isDataStream && typeof value["@timestamp"] !== "string" && typeof value["@timestamp"] !== "number") {
    const reason = "data stream timestamp field [@timestamp] is missing";
    return bad(`[1:9] failed to parse: ${reason}`, { type: "illegal_argument_exception", reason });
  }
  for (const [path, type] of Object.entries(mapping)) {
    const found = valueAt(value, path);
    if (found === undefined || found === null || fitsType(found, type)) continue;
    const shown = typeof found === "string" ? found : JSON.stringify(found);
    const reason = `failed to parse field [${path}] of type [${type}] in document with id '${id}'.`;
    return bad(`[1:48] ${reason} Preview of field's value: '${shown}'`, {
      type: "illegal_argument_exception",
      reason: `For input string: "${shown}"`,
    });
  }
  const reason = refuse?.(value);
  return reason === undefined ? { kind: "good", value } : bad(reason);
}

function valueAt(document: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = document;
  for (const name of path.split(".")) {
    if (!isObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

function fitsType(value: unknown, type: FieldType): boolean {
  switch (type) {
    case "long":
      return Number.isFinite(typeof value === "string" ? Number.parseFloat(value) : value);
    case "date":
      return typeof value === "number" || (typeof value === "string" && !Number.isNaN(Date.parse(value)));
    case "ip":
      return typeof value === "string" && /^[\d.]+$|^[\da-f:.]*:[\da-f:.]*$/i.test(value);
    case "boolean":
      return typeof value === "boolean" || value === "true" || value === "false";
    case "keyword":
      return typeof value !== "object";
    default:
      return type satisfies never;
  }
}
