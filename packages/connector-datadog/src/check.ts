import type { CheckReport, CheckStep, HttpClient, HttpReply, OnStep } from "@arbitex/core";
import { jsonOf, noAnswer, reasonOf, verdictStep } from "@arbitex/core";
import { z } from "zod";
import { classifyReply, KEY_LOST, KEY_OR_SITE } from "./classify.ts";
import type { DatadogEndpoints } from "./endpoints.ts";
import { datadogReplyOf } from "./reply.ts";

export interface DatadogCheck {
  readonly http: HttpClient;
  readonly endpoints: DatadogEndpoints;
  readonly headers: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/** Checks a destination without writing a log. */
export async function checkDatadog(datadog: DatadogCheck, signal: AbortSignal, onStep?: OnStep): Promise<CheckReport> {
  const intake = await checkIntake(datadog, signal);
  onStep?.(intake);
  if (intake.status === "failed") return { steps: [intake] };
  const credential = await checkKey(datadog, signal);
  if (credential.status === "failed") return { steps: [intake, credential] };
  const detail = "Datadog does not report what becomes of a log: see datadog.estimated_usage.logs.drop_count there";
  return { steps: [intake, credential, { name: "storage", status: "skipped", detail }] };
}

/** Posts a batch without a log: the intake judges it like any batch. */
async function checkIntake({ http, endpoints, headers, now }: DatadogCheck, signal: AbortSignal): Promise<CheckStep> {
  const { host } = endpoints.intake;
  try {
    const batch = { url: endpoints.intake, headers: { ...headers, "content-type": "application/json" }, body: NO_LOGS };
    const reply = await http.send(batch, signal);
    return verdictStep("intake", classifyReply(reply, now()), `${host} takes requests with this key`);
  } catch (error) {
    return noAnswer("intake", error, `Check site or url, and let ${host} through the firewall.`);
  }
}

const NO_LOGS = Buffer.from("[]");

async function checkKey({ http, endpoints, headers }: DatadogCheck, signal: AbortSignal): Promise<CheckStep> {
  const { host } = endpoints.validate;
  let reply: HttpReply;
  try {
    reply = await http.send({ url: endpoints.validate, method: "GET", headers }, signal);
  } catch (error) {
    // The key check has another host than the intake. If only the intake is reachable, events still arrive.
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
  // A proxy for the intake may not forward this address.
  return { name, status: "skipped", detail: `${host} does not answer as Datadog's key check does: ${detail}` };
}

const validity = z.object({ valid: z.boolean() });
