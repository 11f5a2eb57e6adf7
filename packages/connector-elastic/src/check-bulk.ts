import type { CheckStep, SendResult } from "@arbitex/core";
import { verdictStep } from "@arbitex/core";

/** Step `bulk`: judges the bulk API's answer to a body without an event. Anything else is not a cluster. */
export function judgeBulk(verdict: SendResult): CheckStep {
  return verdictStep("bulk", verdict, "the bulk API answers at this address");
}

export const NOTHING = Buffer.alloc(0);
