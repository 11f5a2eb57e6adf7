import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, isWebPage, jsonOf, reasonOf, unintelligible } from "@arbitex/core";
import { z } from "zod";

const WRONG_KEY =
  "Set api_key to the collector's key (generate it anew where it is lost), and check that the collector is enabled.";
const WRONG_URL = "Copy url from the collector's page in Cortex XSIAM: nothing takes logs at this address.";
const NOT_XSIAM = "It is not Cortex XSIAM that answers: check url and the proxies on the way.";
const WRONG_ENCODING = "Set compression to what the collector's own setting says.";

/** Returns the verdict on a batch. A 500 of Cortex XSIAM is left to the caller: several in a row are not an outage. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const { status } = reply;
  if (status < 300) return isTaken(reply) ? { kind: "accepted" } : unintelligible(reply, now);
  const verdict = isXsiam(reply) ? classifyOwn(reply, reasonOf(reply), now) : classifyStranger(reply, now, NOT_XSIAM);
  // Its refusals of a key or an address have no body and may be another service's; a page certainly is.
  const fix = isWebPage(reply) ? undefined : fixOf(status);
  return fix === undefined ? verdict : { kind: "suspend", reason: reasonOf(reply), fix };
}

function fixOf(status: number): string | undefined {
  switch (status) {
    case 401:
    case 403:
      return WRONG_KEY;
    case 404:
    case 405:
      return WRONG_URL;
    case 415:
      return WRONG_ENCODING;
    default:
      return undefined;
  }
}

/**
 * Returns whether records were accepted. `{"error":"false"}` is the collector's success; `{"ok":"true"}` is that of a
 * neighbouring address.
 */
function isTaken(reply: HttpReply): boolean {
  return success.safeParse(jsonOf(reply)).success;
}

/** Returns whether it is a failure in the collector's format: an object with only the error. */
export function isXsiam(reply: HttpReply): boolean {
  return failure.safeParse(jsonOf(reply)).success;
}

const no = z.union([z.literal(false), z.literal("false")]);
const yes = z.union([z.literal(true), z.literal("true")]);

const success = z.union([z.object({ error: no }), z.object({ ok: yes, error: no.optional() })]);
const failure = z.strictObject({ error: z.string() });
