import type { HttpReply, SendResult } from "@arbitex/core";
import { reasonOf } from "@arbitex/core";

/** How long a URL that has never worked may be refused before that counts as wrong. */
const GRACE_MS = 5 * 60_000;
const WAIT_MS = 60_000;

export interface NewUrlGrace {
  /** The URL works: a refusal from now on means that it was made anew elsewhere. */
  worked(): void;
  /** The verdict on a 401; undefined when waiting will not heal it. */
  refused(reply: HttpReply, attempt: number, now: number): SendResult | undefined;
}

/** Remembers whether a URL has worked yet: for some minutes after Sumo Logic has made one, it answers 401. */
export function createNewUrlGrace(): NewUrlGrace {
  let hasWorked = false;
  let firstRefusedAt: number | undefined;
  return {
    worked() {
      hasWorked = true;
    },
    refused(reply, attempt, now) {
      firstRefusedAt ??= now;
      // A second attempt is not spent as well: retries that are used up would dead-letter what a suspension keeps.
      if (hasWorked || attempt > 1 || now - firstRefusedAt >= GRACE_MS) return undefined;
      const reason = `${reasonOf(reply)} (a new URL may need some minutes before it is live)`;
      return { kind: "retry", reason, afterMs: WAIT_MS };
    },
  };
}
