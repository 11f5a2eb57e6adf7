import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyStatus, isWebPage, reasonOf, unintelligible } from "@arbitex/core";
import { sumoReplyOf } from "./reply.ts";

export const NEW_URL =
  "Copy http_source_url anew from Show URL of the HTTP source: the address is wrong, was made anew, or the source is gone.";
export const NOT_SUMO = "It is not Sumo Logic that answers: check http_source_url and the proxies on the way.";

/** What a reply to a batch means. A 401 is left to the caller: a new URL needs some minutes before it is live. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  if (status >= 200 && status < 300) return classifySuccess(reply, now);
  const reason = sumoReplyOf(reply)?.reason ?? reasonOf(reply);
  switch (status) {
    case 400:
      // A page is a proxy's: events are not given up for that.
      return isWebPage(reply) ? { kind: "suspend", reason, fix: NOT_SUMO } : { kind: "rejected", reason };
    case 401:
    case 403:
      return { kind: "suspend", reason, fix: NEW_URL };
    case 404:
    case 405:
      return { kind: "suspend", reason, fix: NEW_URL };
    case 415:
      return { kind: "suspend", reason, fix: "Set compression to none: something on the way does not take gzip." };
    default: {
      const result = classifyStatus(reply, now);
      return result.kind === "accepted" || result.kind === "partial" ? result : { ...result, reason };
    }
  }
}

/** The usual body of success is empty; one in JSON may say that it was none. */
function classifySuccess(reply: HttpReply, now: number): SendResult {
  if (reply.text.trim() === "") return { kind: "accepted" };
  const sumo = sumoReplyOf(reply);
  if (sumo === undefined) return unintelligible(reply, now);
  const { status = 200, hasErrors } = sumo;
  if (status >= 400 && status <= 599) return classifyReply({ ...reply, status }, now);
  return hasErrors ? unintelligible(reply, now) : { kind: "accepted" };
}
