import type { CheckStep, HttpReply } from "@arbitex/core";
import { verdictStep } from "@arbitex/core";
import { classifyBulk } from "./classify.ts";

/** Step `bulk`: what the bulk API says to a body without an event. What answers otherwise is no cluster. */
export function judgeBulk(reply: HttpReply, now: number): CheckStep {
  const verdict = classifyBulk(reply, { records: [], body: NOTHING }, now);
  return verdictStep("bulk", verdict, "the bulk API answers at this address");
}

export const NOTHING = Buffer.alloc(0);
