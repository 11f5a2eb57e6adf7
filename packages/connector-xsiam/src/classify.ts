import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyStatus, isWebPage, jsonOf, reasonOf, unintelligible } from "@arbitex/core";
import { z } from "zod";

export const WRONG_KEY =
  "Set api_key to the collector's key (generate it anew where it is lost), and check that the collector is enabled.";
export const WRONG_URL = "Copy url from the collector's page in Cortex XSIAM: nothing takes logs at this address.";
export const NOT_XSIAM = "It is not Cortex XSIAM that answers: check url and the proxies on the way.";

/** What a reply to a batch means. A 500 is left to the caller: several in a row are no outage. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  const reason = reasonOf(reply);
  if (status >= 200 && status < 300) return isTaken(reply) ? { kind: "accepted" } : unintelligible(reply, now);
  switch (status) {
    case 400:
      // A page is a proxy's: events are not given up for that.
      return isWebPage(reply) ? { kind: "suspend", reason, fix: NOT_XSIAM } : { kind: "rejected", reason };
    case 401:
    case 403:
      return { kind: "suspend", reason, fix: WRONG_KEY };
    case 404:
    case 405:
      return { kind: "suspend", reason, fix: WRONG_URL };
    case 415:
      return { kind: "suspend", reason, fix: "Set compression to what the collector's own setting says." };
    default:
      return classifyStatus(reply, now);
  }
}

/** `{"error":"false"}` is the collector's word for success; `{"ok":"true"}` is that of the address beside it. */
export function isTaken(reply: HttpReply): boolean {
  return success.safeParse(jsonOf(reply)).success;
}

const no = z.union([z.literal(false), z.literal("false")]);
const yes = z.union([z.literal(true), z.literal("true")]);

const success = z.union([z.object({ error: no }), z.object({ ok: yes, error: no.optional() })]);
