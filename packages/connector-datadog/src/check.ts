import type { CheckReport, CheckStep, HttpClient, HttpReply } from "@arbitex/core";
import { jsonOf, noAnswer, reasonOf } from "@arbitex/core";
import { z } from "zod";
import { KEY_LOST, KEY_OR_SITE } from "./classify.ts";
import type { DatadogEndpoints } from "./endpoints.ts";
import { datadogReplyOf } from "./reply.ts";

export interface DatadogCheck {
  readonly http: HttpClient;
  readonly endpoints: DatadogEndpoints;
  readonly headers: Readonly<Record<string, string>>;
}

/** What can be known of a destination without writing a log. */
export async function checkDatadog(datadog: DatadogCheck, signal: AbortSignal): Promise<CheckReport> {
  const connect = await checkIntake(datadog, signal);
  if (connect.status === "failed") return { steps: [connect] };
  const credential = await checkKey(datadog, signal);
  if (credential.status === "failed") return { steps: [connect, credential] };
  const detail = "Datadog tells nobody what becomes of a log: see datadog.estimated_usage.logs.drop_count there";
  return { steps: [connect, credential, { name: "storage", status: "skipped", detail }] };
}

/** Any answer to a request without a log proves the way to the intake, and nothing else. */
async function checkIntake({ http, endpoints }: DatadogCheck, signal: AbortSignal): Promise<CheckStep> {
  const { host } = endpoints.intake;
  try {
    const { status } = await http.send({ url: endpoints.intake, method: "GET" }, signal);
    return { name: "connect", status: "passed", detail: `${host} answers (HTTP ${status})` };
  } catch (error) {
    return noAnswer("connect", error, `Check site or url, and let ${host} through the firewall.`);
  }
}

async function checkKey({ http, endpoints, headers }: DatadogCheck, signal: AbortSignal): Promise<CheckStep> {
  const { host } = endpoints.validate;
  let reply: HttpReply;
  try {
    reply = await http.send({ url: endpoints.validate, method: "GET", headers }, signal);
  } catch (error) {
    // Another host than the intake's: where only that one may be reached, events arrive all the same.
    const fix = `Let ${host} through the firewall as well, if the key is to be checked.`;
    return { ...noAnswer("credential", error, fix), status: "skipped" };
  }
  return judgeKey(reply, host);
}

function judgeKey(reply: HttpReply, host: string): CheckStep {
  const name = "credential";
  const { status } = reply;
  const detail = datadogReplyOf(reply)?.reason ?? reasonOf(reply);
  if (status === 200 && validity.safeParse(jsonOf(reply)).data?.valid === true) {
    return { name, status: "passed", detail: "Datadog knows the key on this site" };
  }
  if (status === 401) return { name, status: "failed", detail, fix: KEY_LOST };
  if (status === 403 || (status === 200 && validity.safeParse(jsonOf(reply)).success)) {
    return { name, status: "failed", detail, fix: KEY_OR_SITE };
  }
  if (status === 429 || status >= 500) {
    return { name, status: "failed", detail, fix: "Datadog does not answer for the key now: try again later." };
  }
  // A proxy for the intake need not pass this address on.
  return { name, status: "skipped", detail: `${host} does not answer as Datadog's key check does: ${detail}` };
}

const validity = z.object({ valid: z.boolean() });
