import type { CheckReport, CheckStep, HttpClient, HttpReply } from "@arbitex/core";
import { noAnswer, verdictStep } from "@arbitex/core";
import { classifyReply } from "./classify.ts";

export interface SumoCheck {
  readonly http: HttpClient;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/**
 * Checks a source. Sumo Logic has no address for checks: a request without a message only shows whether the URL is
 * known. A used-up ingest budget drops messages and still answers 200.
 */
export async function checkSource({ http, url, headers, now }: SumoCheck, signal: AbortSignal): Promise<CheckReport> {
  let reply: HttpReply;
  try {
    reply = await http.send({ url, body: NOTHING, headers: { "content-type": "text/plain", ...headers } }, signal);
  } catch (error) {
    const fix = `Check the host in http_source_url, and let ${url.host} through the firewall.`;
    return { steps: [noAnswer("connect", error, fix)] };
  }
  const connect: CheckStep = { name: "connect", status: "passed", detail: `${url.host} answers` };
  const credential = credentialStep(reply, now());
  if (credential.status === "failed") return { steps: [connect, credential] };
  const detail = "only a message proves that messages are kept: look for it in Live Tail, and at ingest budgets";
  return { steps: [connect, credential, { name: "storage", status: "skipped", detail }] };
}

const NOTHING = Buffer.alloc(0);

function credentialStep(reply: HttpReply, now: number): CheckStep {
  const step = verdictStep("credential", classifyReply(reply, now), "Sumo Logic takes requests at this URL");
  if (reply.status !== 401 || step.fix === undefined) return step;
  return { ...step, fix: `${step.fix} A new URL may need some minutes before it is live.` };
}
