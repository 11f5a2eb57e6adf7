import type { CheckReport, CheckStep, HttpClient, HttpReply } from "@arbitex/core";
import { isWebPage, noAnswer, reasonOf } from "@arbitex/core";
import { NEW_URL, NOT_SUMO } from "./classify.ts";
import { sumoReplyOf } from "./reply.ts";

export interface SumoCheck {
  readonly http: HttpClient;
  readonly url: URL;
}

/**
 * Sumo Logic has no address for a check. A request without a message shows whether the URL is known, and nothing more:
 * an ingest budget that is used up drops messages and answers 200 all the same.
 */
export async function checkSource({ http, url }: SumoCheck, signal: AbortSignal): Promise<CheckReport> {
  let reply: HttpReply;
  try {
    reply = await http.send({ url, body: NOTHING, headers: { "content-type": "text/plain" } }, signal);
  } catch (error) {
    const fix = `Check the host in http_source_url, and let ${url.host} through the firewall.`;
    return { steps: [noAnswer("connect", error, fix)] };
  }
  const connect: CheckStep = { name: "connect", status: "passed", detail: `${url.host} answers` };
  const credential = judge(reply);
  if (credential.status === "failed") return { steps: [connect, credential] };
  const detail = "only a message proves that messages are kept: look for it in Live Tail, and at ingest budgets";
  return { steps: [connect, credential, { name: "storage", status: "skipped", detail }] };
}

const NOTHING = Buffer.alloc(0);

function judge(reply: HttpReply): CheckStep {
  const name = "credential";
  const { status } = reply;
  const detail = sumoReplyOf(reply)?.reason ?? reasonOf(reply);
  if (isWebPage(reply) && status < 500) return { name, status: "failed", detail, fix: NOT_SUMO };
  if (status >= 200 && status < 300) return { name, status: "passed", detail: "Sumo Logic takes requests at this URL" };
  if (status === 401 || status === 403 || status === 404) {
    const wait = status === 401 ? " A new URL may need some minutes before it is live." : "";
    return { name, status: "failed", detail, fix: `${NEW_URL}${wait}` };
  }
  if (status === 429 || status >= 500) {
    return { name, status: "failed", detail, fix: "Sumo Logic takes nothing now: try again later." };
  }
  // Not documented for a request without a message; the URL was not refused.
  return { name, status: "skipped", detail: `the URL was not refused, but the answer is not the usual one: ${detail}` };
}
