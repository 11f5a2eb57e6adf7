import type { Logger } from "@arbitex/core";
import { messageOf } from "./message-of.ts";

export interface Within {
  readonly ms: number;
  /** Name of the work, for the log. */
  readonly what: string;
  readonly logger: Logger;
}

/** Waits for `work`, at most `ms`, so that nothing can hold up the server's shutdown. Never rejects. */
export async function within({ ms, what, logger }: Within, work: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), ms);
  });
  const done = Promise.resolve()
    .then(work)
    .catch((error: unknown) => logger.warn({ what, reason: messageOf(error) }, "cannot be ended in good order"));
  if ((await Promise.race([done, late])) === "late")
    logger.warn({ what, waitMs: ms }, "takes too long to end, goes on without it");
  clearTimeout(timer);
}
