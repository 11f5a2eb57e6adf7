import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, unintelligible } from "@arbitex/core";
import type { SumoReply } from "./reply.ts";
import { sumoReplyOf } from "./reply.ts";

export const NEW_URL =
  "Copy http_source_url anew from Show URL of the HTTP source: the address is wrong, was made anew, or the source is gone.";
const NOT_SUMO = "It is not Sumo Logic that answers: check http_source_url and the proxies on the way.";
const NO_GZIP = "Set compression to none: something on the way does not take gzip.";

/** Returns the verdict on a batch. A 401 is left to the caller: a new URL takes minutes to become active. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const sumo = sumoReplyOf(reply);
  if (reply.status < 300) return classifySuccess(reply, sumo, now);
  return sumo === undefined ? classifyOthers(reply, now) : classifyRefusal(reply, sumo, now);
}

/** Classifies a 2xx. Its body is usually empty; JSON may report an error. */
function classifySuccess(reply: HttpReply, sumo: SumoReply | undefined, now: number): SendResult {
  if (reply.text.trim() === "") return { kind: "accepted" };
  if (sumo === undefined) return unintelligible(reply, now);
  const { status = 200, hasErrors } = sumo;
  if (status >= 400 && status <= 599) return classifyReply({ ...reply, status }, now);
  return hasErrors ? unintelligible(reply, now) : { kind: "accepted" };
}

function classifyRefusal(reply: HttpReply, { reason }: SumoReply, now: number): SendResult {
  const fix = fixOf(reply.status);
  return fix === undefined ? classifyOwn(reply, reason, now) : { kind: "suspend", reason, fix };
}

/** Classifies an answer without Sumo Logic's JSON: perhaps its own, such as its 429, or a proxy's. */
function classifyOthers(reply: HttpReply, now: number): SendResult {
  const verdict = classifyStranger(reply, now, NOT_SUMO);
  const fix = verdict.kind === "suspend" ? fixOf(reply.status) : undefined;
  return verdict.kind === "suspend" && fix !== undefined ? { ...verdict, fix } : verdict;
}

function fixOf(status: number): string | undefined {
  switch (status) {
    case 401:
    case 403:
    case 404:
    case 405:
      return NEW_URL;
    case 415:
      return NO_GZIP;
    default:
      return undefined;
  }
}
