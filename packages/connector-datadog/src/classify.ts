import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, unintelligible } from "@arbitex/core";
import type { DatadogReply } from "./reply.ts";
import { datadogReplyOf } from "./reply.ts";

export const KEY_OR_SITE =
  "Check api_key and site together: Datadog refuses a wrong key and a key of another site alike. " +
  "Keys are under Organization Settings, API Keys; the site is the domain of the Datadog pages there.";
export const KEY_LOST = "Datadog did not get the DD-API-KEY header: look for a proxy that removes it.";
const NOT_DATADOG = "It is not Datadog that answers: check site, url and the proxies on the way.";
const WRONG_ADDRESS = "The intake is not at this address: check site, or the address and path in url.";
const NO_GZIP = "Set compression to none: something before Datadog does not take gzip.";

/** Returns the verdict on a batch. Only Datadog's own answers can reject events for certain. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const datadog = datadogReplyOf(reply);
  if (reply.status < 300) return datadog?.isClean ? { kind: "accepted" } : unintelligible(reply, now);
  return datadog === undefined ? classifyOthers(reply, now) : classifyRefusal(reply, datadog, now);
}

function classifyRefusal(reply: HttpReply, { reason }: DatadogReply, now: number): SendResult {
  switch (reply.status) {
    case 401:
      return { kind: "suspend", reason, fix: KEY_LOST };
    case 403:
      return { kind: "suspend", reason: `${reason} (wrong key or site)`, fix: KEY_OR_SITE };
    case 404:
    case 405:
      return { kind: "suspend", reason, fix: WRONG_ADDRESS };
    case 415:
      return { kind: "suspend", reason, fix: NO_GZIP };
    default:
      return classifyOwn(reply, reason, now);
  }
}

/** Returns the verdict on an answer of a proxy, a firewall or another service. */
function classifyOthers(reply: HttpReply, now: number): SendResult {
  const verdict = classifyStranger(reply, now, NOT_DATADOG);
  if (verdict.kind !== "suspend") return verdict;
  switch (reply.status) {
    case 404:
    case 405:
      return { ...verdict, fix: WRONG_ADDRESS };
    case 415:
      return { ...verdict, fix: NO_GZIP };
    default:
      return verdict;
  }
}
