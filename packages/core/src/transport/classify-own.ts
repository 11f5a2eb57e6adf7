import type { SendResult } from "../connector/send-result.ts";
import { classifyStatus } from "./classify-status.ts";
import type { HttpReply } from "../connector/http-reply.ts";

/**
 * The verdict on an answer that the SIEM has certainly written itself, as far as its status tells; `reason` is what it says.
 * Only such an answer can be the end of an event.
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
