import { gzipSync } from "node:zlib";
import type { CheckReport, CheckStep, HttpClient, HttpReply } from "@arbitex/core";
import { noAnswer, reasonOf, verdictStep } from "@arbitex/core";
import { classifyReply, isXsiam } from "./classify.ts";
import { mismatchFix } from "./mismatch.ts";

export interface XsiamCheck {
  readonly http: HttpClient;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: "gzip" | "none";
  readonly now: () => number;
}

/**
 * Checks a collector. Cortex XSIAM has no address for checks: a request without a record shows whether the key is
 * refused. Whether records are parsed only shows in the dataset.
 */
export async function checkCollector(
  { http, url, headers, compression, now }: XsiamCheck,
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
  const credential = credentialStep(reply, compression, now());
  if (credential.status === "failed") return { steps: [connect, credential] };
  const detail = "only a record proves that records are read: look at the collector's counters, or at the dataset";
  return { steps: [connect, credential, { name: "storage", status: "skipped", detail }] };
}

const NOTHING = Buffer.alloc(0);

function credentialStep(reply: HttpReply, compression: "gzip" | "none", now: number): CheckStep {
  // Its answer to a request without a record is not documented; this may be it.
  if (reply.status === 500 && isXsiam(reply)) {
    const detail = `the key was not refused, but format or compression may not be the collector's: ${reasonOf(reply)}`;
    return { name: "credential", status: "skipped", detail, fix: mismatchFix(compression) };
  }
  return verdictStep("credential", classifyReply(reply, now), "the collector takes requests with this key");
}
