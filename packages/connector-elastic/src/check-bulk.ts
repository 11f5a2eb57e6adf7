import type { CheckStep, SendResult } from "@arbitex/core";
import { verdictStep } from "@arbitex/core";

/** Step `bulk`: what the bulk API says to a body without an event. What answers otherwise is no cluster. */
export function judgeBulk(verdict: SendResult): CheckStep {
  return verdictStep("bulk", verdict, "the bulk API answers at this address");
}

export const NOTHING = Buffer.alloc(0);
