import type { HttpReply } from "@arbitex/core";
import { jsonOf } from "@arbitex/core";
import { z } from "zod";
import type { Field } from "./protobuf/read-message.ts";
import { readMessage, textOf } from "./protobuf/read-message.ts";

/** Content of an ExportLogsServiceResponse. */
export interface ExportReply {
  /** Number of refused log records. The protocol cannot tell which. */
  readonly rejected: number;
  /** The reason, or a warning if none was refused. */
  readonly message: string;
}

type Encoding = "protobuf" | "json";

/**
 * Parses a reply; undefined if it is not an ExportLogsServiceResponse: a page, a truncated body, another service's
 * answer.
 */
export function exportReplyOf(reply: HttpReply, asked: Encoding): ExportReply | undefined {
  const encoding = encodingOf(reply) ?? asked;
  if (encoding === "json") return fromJson(reply);
  const fields = fieldsOf(reply);
  if (fields === undefined) return undefined;
  const inner = fields.findLast(({ number }) => number === PARTIAL_SUCCESS)?.value;
  if (inner === undefined) return fields.length === 0 ? CLEAN : undefined;
  const partial = typeof inner === "number" ? undefined : readMessage(inner);
  if (partial === undefined) return undefined;
  const rejected = partial.findLast(({ number }) => number === REJECTED)?.value ?? 0;
  const message = partial.findLast(({ number }) => number === ERROR_MESSAGE);
  const text = message === undefined ? "" : textOf(message);
  return typeof rejected === "number" && text !== undefined ? { rejected, message: oneLine(text) } : undefined;
}

/** Returns the text of a Status message, OTLP's refusal; undefined for any other body. */
export function statusMessageOf(reply: HttpReply): string | undefined {
  const encoding = encodingOf(reply);
  if (encoding === "json") {
    const message = jsonStatus.safeParse(jsonOf(reply)).data?.message;
    return message === undefined ? undefined : oneLine(message);
  }
  const fields = encoding === "protobuf" ? fieldsOf(reply) : undefined;
  const message = fields?.find(({ number }) => number === STATUS_MESSAGE);
  const text = message && textOf(message);
  return text === undefined ? undefined : oneLine(text);
}

const PARTIAL_SUCCESS = 1;
const REJECTED = 1;
const ERROR_MESSAGE = 2;
const STATUS_MESSAGE = 2;
const CLEAN: ExportReply = { rejected: 0, message: "" };

/** Reads the encoding from the reply's own header. */
function encodingOf({ headers }: HttpReply): Encoding | undefined {
  const type = headers["content-type"];
  const [media = ""] = (typeof type === "string" ? type : "").toLowerCase().split(";");
  if (media.trim() === "application/x-protobuf") return "protobuf";
  return media.trim() === "application/json" ? "json" : undefined;
}

function fieldsOf({ bytes, text }: HttpReply): readonly Field[] | undefined {
  return readMessage(bytes ?? Buffer.from(text));
}

/** Unknown members are for newer clients; an object with only those is another service's. */
function fromJson(reply: HttpReply): ExportReply | undefined {
  const value = jsonOf(reply);
  const parsed = jsonReply.safeParse(value);
  if (!parsed.success) return undefined;
  const { partialSuccess } = parsed.data;
  if (partialSuccess === undefined) return Object.keys(parsed.data).length === 0 ? CLEAN : undefined;
  return { rejected: partialSuccess?.rejectedLogRecords ?? 0, message: oneLine(partialSuccess?.errorMessage ?? "") };
}

/** 64-bit integers are texts, but may come as numbers. */
const count = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

const jsonReply = z.looseObject({
  partialSuccess: z
    .looseObject({ rejectedLogRecords: count.nullish(), errorMessage: z.string().nullish() })
    .nullable()
    .optional(),
});

const jsonStatus = z.looseObject({ message: z.string() });

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim().slice(0, 300);
}
