import type { FaultName, Reasons } from "./fault-names.ts";

const UNANSWERED = "its protocol gives no answers: a receiver can only take, stop reading, or end the connection";

/** Faults that cannot occur with a receiver without answers, such as one of lines over TLS. */
export const unansweredFaults: Reasons<FaultName> = {
  partial: UNANSWERED,
  "429": UNANSWERED,
  "503": UNANSWERED,
  "413": UNANSWERED,
  poisoned: UNANSWERED,
  truncated: UNANSWERED,
  html: UNANSWERED,
  early: UNANSWERED,
};
