import type { HttpReply, SendResult } from "@arbitex/core";
import { reasonOf } from "@arbitex/core";

/** Time for which a URL that never worked may be refused before it counts as wrong. */
const GRACE_MS = 5 * 60_000;
const WAIT_MS = 60_000;

export interface NewUrlGrace {
  /** Notes that the URL works: a later refusal means that it was replaced. */
  worked(): void;
  /** Returns the verdict on a 401; undefined if waiting will not help. */
  refused(reply: HttpReply, attempt: number, now: number): SendResult | undefined;
}

/** Remembers whether a URL has ever worked: Sumo Logic answers 401 for some minutes after creating one. */
export function createNewUrlGrace(): NewUrlGrace {
  let hasWorked = false;
  let firstRefusedAt: number | undefined;
  return {
    worked() {
      hasWorked = true;
    },
    refused(reply, attempt, now) {
      firstRefusedAt ??= now;
      // Only one attempt is used: exhausted retries would dead-letter events that a suspension keeps.
      if (hasWorked || attempt > 1 || now - firstRefusedAt >= GRACE_MS) return undefined;
      const reason = `${reasonOf(reply)} (a new URL may need some minutes before it is live)`;
      return { kind: "retry", reason, afterMs: WAIT_MS };
    },
  };
}
