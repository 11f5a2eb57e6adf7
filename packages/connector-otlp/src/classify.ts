import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, reasonOf, unintelligible } from "@arbitex/core";
import type { ExportReply } from "./reply.ts";
import { exportReplyOf, statusMessageOf } from "./reply.ts";

/** The request to which a reply belongs. */
export interface Asked {
  readonly encoding: "protobuf" | "json";
  /** Number of log records in the request. */
  readonly events: number;
  readonly now: number;
  /** Called with the receiver's message if it took everything. */
  readonly warn?: (message: string) => void;
}

const NOT_OTLP = "It is no OTLP receiver that answers: check url and the proxies on the way.";
const WRONG_PATH =
  "No logs are taken at this address: check the path in url (the specification's is /v1/logs, VictoriaLogs' /insert/opentelemetry/v1/logs).";
const CREDENTIAL = "Check bearer_token, username and password, or the key in headers, and what it is allowed to do.";
const ENCODING = "The receiver does not take this: change encoding, or set compression to none.";
const PROTOBUF = "The receiver takes no JSON: set encoding to protobuf.";

/** Returns the verdict on a request. */
export function classifyReply(reply: HttpReply, asked: Asked): SendResult {
  if (reply.status < 200 || reply.status >= 300) return classifyRefusal(reply, asked);
  // An empty protobuf message is empty. JSON has `{}` for it, unless no body is announced.
  const isEmpty = reply.text === "" && (asked.encoding === "protobuf" || reply.status === 204);
  const said = isEmpty ? { rejected: 0, message: "" } : exportReplyOf(reply, asked.encoding);
  return said === undefined ? unintelligible(reply, asked.now) : classifySaid(said, asked);
}

/**
 * Classifies a partial success. It tells how many log records were refused but not which, and must not be sent again.
 * So no event of such a batch counts as delivered, unless none was refused.
 */
function classifySaid({ rejected, message }: ExportReply, { events, warn }: Asked): SendResult {
  if (rejected <= 0 || events === 0) {
    if (message !== "") warn?.(message);
    return { kind: "accepted" };
  }
  const why = message === "" ? "no reason given" : message;
  const isSure = rejected >= events;
  const reason = isSure
    ? `refused: ${why}`
    : `one of ${events} log records of which ${rejected} were refused, the receiver does not say which: ${why}`;
  const failures = Array.from({ length: events }, (_, index) => ({ index, outcome: "rejected", reason }) as const);
  return { kind: "partial", failures, ...(!isSure && { ambiguous: true }) };
}

function classifyRefusal(reply: HttpReply, { encoding, now }: Asked): SendResult {
  const said = statusMessageOf(reply);
  const reason = said === undefined || said === "" ? reasonOf(reply) : `HTTP ${reply.status}: ${said}`;
  switch (reply.status) {
    case 400:
      // The Collector reports this with a status other than 413.
      if (/\bbody too large\b/i.test(reason)) return { kind: "too-large", reason };
      if (encoding === "json" && /\buse protobuf\b/i.test(reason)) return { kind: "suspend", reason, fix: PROTOBUF };
      break;
    case 401:
    case 403:
      return { kind: "suspend", reason, fix: CREDENTIAL };
    case 404:
    case 405:
      return { kind: "suspend", reason, fix: WRONG_PATH };
    case 415:
      return { kind: "suspend", reason, fix: ENCODING };
    // The specification retries these and no others.
    case 429:
    case 502:
    case 503:
    case 504:
      return classifyOwn(reply, reason, now);
    default:
      if (reply.status >= 500 || reply.status === 408 || reply.status === 425) {
        return { kind: "rejected", reason, confirmed: false };
      }
  }
  return said === undefined ? classifyStranger(reply, now, NOT_OTLP) : classifyOwn(reply, reason, now);
}
