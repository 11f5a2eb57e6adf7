import type { Reply } from "../simulator/behaviour.ts";
import { jsonReply } from "../simulator/behaviour.ts";

export type Encoding = "protobuf" | "json";

/** An ExportLogsServiceResponse as the Collector writes it: `partial_success` is present, and empty on success. */
export function exportReply(encoding: Encoding, rejected = 0): Reply {
  const errorMessage = rejected === 0 ? "" : "the simulator was told to refuse";
  if (encoding === "json") {
    return jsonReply(200, {
      partialSuccess: rejected === 0 ? {} : { rejectedLogRecords: `${rejected}`, errorMessage },
    });
  }
  const partial = rejected === 0 ? [] : [tag(1, 0), varint(rejected), tag(2, 2), text(errorMessage)];
  return protobufReply(200, [tag(1, 2), nested(partial)]);
}

/** A refusal: a Status message. */
export function statusReply(status: number, message: string, encoding: Encoding = "protobuf"): Reply {
  if (encoding === "json") return jsonReply(status, { code: CODES[status] ?? 2, message });
  return protobufReply(status, [tag(1, 0), varint(CODES[status] ?? 2), tag(2, 2), text(message)]);
}

/** gRPC codes of HTTP statuses. */
const CODES: Readonly<Record<number, number>> = { 400: 3, 401: 16, 403: 7, 429: 8, 500: 13, 502: 14, 503: 14, 504: 14 };

function protobufReply(status: number, parts: readonly Buffer[]): Reply {
  return { status, headers: { "content-type": "application/x-protobuf" }, body: Buffer.concat(parts) };
}

function tag(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

function text(value: string): Buffer {
  return nested([Buffer.from(value)]);
}

function nested(parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
