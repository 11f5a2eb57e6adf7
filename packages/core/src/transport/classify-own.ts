import type { SendResult } from "../connector/send-result.ts";
import { classifyStatus } from "./classify-status.ts";
import type { HttpReply } from "../connector/http-reply.ts";

/**
 * Returns the verdict, by status, on an answer that the SIEM itself certainly wrote. `reason` is the SIEM's text. Only
 * such an answer may dead-letter an event at once.
 */
export function classifyOwn(reply: HttpReply, reason: string, now: number): SendResult {
  const verdict = classifyStatus(reply, now);
  switch (verdict.kind) {
    case "accepted":
    case "partial":
      return verdict;
    case "rejected":
      return { kind: "rejected", reason, confirmed: true };
    case "retry":
    case "too-large":
    case "suspend":
      return { ...verdict, reason };
    default:
      return verdict satisfies never;
  }
}
