import type { Clock } from "@arbitex/core/host";

/** Looks again some time after each look has ended. */
export interface Looking {
  /** Resolves once the look under way has ended. */
  close(): Promise<void>;
}

export function lookEach(ms: number, look: () => Promise<void>, clock: Pick<Clock, "after">): Looking {
  let isClosed = false;
  let looking = Promise.resolve();
  let cancel = clock.after(ms, begin);

  function begin(): void {
    looking = look().finally(() => {
      if (!isClosed) cancel = clock.after(ms, begin);
    });
  }

  return {
    async close() {
      isClosed = true;
      cancel();
      await looking;
    },
  };
}
