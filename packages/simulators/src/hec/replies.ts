import type { Reply } from "../simulator/behaviour.ts";
import { htmlReply, jsonReply } from "../simulator/behaviour.ts";

/** HEC's codes, each with its status and text. */
const CODES = {
  0: [200, "Success"],
  1: [403, "Token disabled"],
  2: [401, "Token is required"],
  3: [401, "Invalid authorization"],
  4: [403, "Invalid token"],
  5: [400, "No data"],
  6: [400, "Invalid data format"],
  7: [400, "Incorrect index"],
  8: [500, "Internal server error"],
  9: [503, "Server is busy"],
  10: [400, "Data channel is missing"],
  11: [400, "Invalid data channel"],
  12: [400, "Event field is required"],
  13: [400, "Event field cannot be blank"],
  14: [400, "ACK is disabled"],
  15: [400, "Error in handling indexed fields"],
  16: [400, "Query string authorization is not enabled"],
  17: [200, "HEC is healthy"],
  18: [503, "HEC is unhealthy, queues are full"],
  26: [429, "HEC queue at capacity"],
  28: [400, "Data channel is missing. Use sticky sessions on the load balancer"],
} as const satisfies Record<number, readonly [status: number, text: string]>;

export type HecCode = keyof typeof CODES;

export interface HecDetails {
  /** `invalid-event-number` as HEC sends it. */
  readonly eventNumber?: number;
  readonly ackId?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function hecReply(code: HecCode, { eventNumber, ackId, headers }: HecDetails = {}): Reply {
  const [status, text] = CODES[code];
  const body = {
    text,
    code,
    ...(eventNumber !== undefined && { "invalid-event-number": eventNumber }),
    ...(ackId !== undefined && { ackId }),
  };
  return jsonReply(status, body, headers);
}

/** An internal error of HEC. */
export function hecFailure(status: number): Reply {
  if (status === 429) return hecReply(26);
  if (status === 500) return hecReply(8);
  if (status === 503) return hecReply(9);
  if (status === 401) return hecReply(3);
  if (status === 403) return hecReply(4);
  if (status === 400) return hecReply(6, { eventNumber: 0 });
  return htmlReply(status, `${status}`, "The request could not be answered.");
}

export function notFound(): Reply {
  return jsonReply(404, { text: "The requested URL was not found on this server.", code: 404 });
}

export function tooLarge(bytes: number, maxBytes: number): Reply {
  const title = `Content-Length of ${bytes} too large (maximum is ${maxBytes})`;
  return htmlReply(413, title, "The request your client sent was too large.");
}

export function unknownEncoding(encoding: string): Reply {
  return htmlReply(415, "Unsupported Media Type", `Content-Encoding ${encoding} is not supported.`);
}
