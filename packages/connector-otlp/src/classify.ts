import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, reasonOf, unintelligible } from "@arbitex/core";
import type { ExportReply } from "./reply.ts";
import { exportReplyOf, statusMessageOf } from "./reply.ts";

/** What was asked, and when. */
export interface Asked {
  readonly encoding: "protobuf" | "json";
  /** Log records in the request. */
  readonly events: number;
  readonly now: number;
  /** Told what the receiver says although it has taken everything. */
  readonly warn?: (message: string) => void;
}

const NOT_OTLP = "It is no OTLP receiver that answers: check url and the proxies on the way.";
const WRONG_PATH =
  "No logs are taken at this address: check the path in url (the specification's is /v1/logs, VictoriaLogs' /insert/opentelemetry/v1/logs).";
const CREDENTIAL = "Check bearer_token, username and password, or the key in headers, and what it is allowed to do.";
const ENCODING = "The receiver does not take this: change encoding, or set compression to none.";
const PROTOBUF = "The receiver takes no JSON: set encoding to protobuf.";

/** What an answer to a request means. */
export function classifyReply(reply: HttpReply, asked: Asked): SendResult {
  if (reply.status < 200 || reply.status >= 300) return classifyRefusal(reply, asked);
  // Protobuf's way to write a message that says nothing. JSON has `{}` for that, unless no body is announced at all.
  const isEmpty = reply.text === "" && (asked.encoding === "protobuf" || reply.status === 204);
  const said = isEmpty ? { rejected: 0, message: "" } : exportReplyOf(reply, asked.encoding);
  return said === undefined ? unintelligible(reply, asked.now) : classifySaid(said, asked);
}

/**
 * A partial success says how many log records were refused and not which, and must not be sent again. So none of a batch
 * with refused ones counts as delivered, unless all were.
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
      // The Collector says so with a status that is no 413.
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
    // To be retried, as the specification has it, and no others.
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
