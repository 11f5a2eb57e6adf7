import { gzipSync } from "node:zlib";
import type { CheckReport, CheckStep, HttpClient, HttpReply } from "@arbitex/core";
import { isWebPage, noAnswer, reasonOf } from "@arbitex/core";
import { isTaken, NOT_XSIAM, WRONG_KEY, WRONG_URL } from "./classify.ts";
import { mismatchFix } from "./mismatch.ts";

export interface XsiamCheck {
  readonly http: HttpClient;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: "gzip" | "none";
}

/**
 * Cortex XSIAM has no address for a check. A request without a record shows whether the key is refused; whether records
 * are read as they should be is seen in the dataset alone.
 */
export async function checkCollector(
  { http, url, headers, compression }: XsiamCheck,
  signal: AbortSignal,
): Promise<CheckReport> {
  const isPacked = compression === "gzip";
  const content = { "content-type": "application/json", ...(isPacked && { "content-encoding": "gzip" }) };
  let reply: HttpReply;
  try {
    reply = await http.send(
      { url, headers: { ...content, ...headers }, body: isPacked ? gzipSync(NOTHING) : NOTHING },
      signal,
    );
  } catch (error) {
    const fix = `Check the host in url, and let ${url.host} through the firewall.`;
    return { steps: [noAnswer("connect", error, fix)] };
  }
  const connect: CheckStep = { name: "connect", status: "passed", detail: `${url.host} answers` };
  const credential = judge(reply, compression);
  if (credential.status === "failed") return { steps: [connect, credential] };
  const detail = "only a record proves that records are read: look at the collector's counters, or at the dataset";
  return { steps: [connect, credential, { name: "storage", status: "skipped", detail }] };
}

const NOTHING = Buffer.alloc(0);

function judge(reply: HttpReply, compression: "gzip" | "none"): CheckStep {
  const name = "credential";
  const { status } = reply;
  const detail = reasonOf(reply);
  if (isTaken(reply)) return { name, status: "passed", detail: "the collector takes requests with this key" };
  if (status === 401 || status === 403) return { name, status: "failed", detail, fix: WRONG_KEY };
  if (isWebPage(reply) && status < 500) return { name, status: "failed", detail, fix: NOT_XSIAM };
  if (status === 404 || status === 405) return { name, status: "failed", detail, fix: WRONG_URL };
  // What it says to a request without a record is not documented: this may be its answer to the emptiness.
  if (status === 500) {
    const seen = `the key was not refused, but format or compression may not be the collector's: ${detail}`;
    return { name, status: "skipped", detail: seen, fix: mismatchFix(compression) };
  }
  if (status === 429 || status > 500) {
    return { name, status: "failed", detail, fix: "Cortex XSIAM takes nothing now: try again later." };
  }
  return { name, status: "skipped", detail: `the key was not refused, but the answer is not the usual one: ${detail}` };
}
