import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyStatus, isWebPage, reasonOf, unintelligible } from "@arbitex/core";
import { datadogReplyOf } from "./reply.ts";

export const KEY_OR_SITE =
  "Check api_key and site together: Datadog refuses a wrong key and a key of another site alike. " +
  "Keys are under Organization Settings, API Keys; the site is the domain of the Datadog pages there.";
export const KEY_LOST = "Datadog did not get the DD-API-KEY header: look for a proxy that removes it.";
const NOT_DATADOG = "A web page answers where Datadog should: check site, url and the proxies on the way.";
const WRONG_ADDRESS = "The intake is not at this address: check site, or the address and path in url.";

/** What a reply to a batch means. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  const datadog = datadogReplyOf(reply);
  const reason = datadog?.reason ?? reasonOf(reply);

  if (status >= 200 && status < 300) {
    return datadog?.isClean ? { kind: "accepted" } : unintelligible(reply, now);
  }
  switch (status) {
    case 400:
      if (datadog !== undefined) return { kind: "rejected", reason, confirmed: true };
      // Something before Datadog says so: events are not given up for that.
      return isWebPage(reply) ? { kind: "suspend", reason, fix: NOT_DATADOG } : unintelligible(reply, now);
    case 401:
      return { kind: "suspend", reason, fix: KEY_LOST };
    case 403:
      return { kind: "suspend", reason: `${reason} (wrong key or site)`, fix: KEY_OR_SITE };
    case 404:
    case 405:
      return { kind: "suspend", reason, fix: WRONG_ADDRESS };
    case 415:
      return {
        kind: "suspend",
        reason,
        fix: "Set compression to none: something before Datadog does not take gzip.",
      };
    default: {
      const result = classifyStatus(reply, now);
      return result.kind === "accepted" || result.kind === "partial" ? result : { ...result, reason };
    }
  }
}
