import type { Clock } from "@arbitex/core/host";
import type { Channel, Database, NoticeListener } from "./database.ts";

interface WatchedRows {
  readonly database: Database;
  readonly channel: Channel;
  readonly clock: Clock;
}

/** A notice may be lost with its connection, or on a server that is configured to send none. */
const LOOK_AGAIN_MS = 30_000;

/** Calls the listener for each change, and every 30 s because notices may have been missed. Ends with the signal. */
export function watchRows(
  { database, channel, clock }: WatchedRows,
  listener: NoticeListener,
  signal: AbortSignal,
): void {
  if (signal.aborted) return;
  database.listen(channel, listener, signal);
  let cancel = clock.after(LOOK_AGAIN_MS, lookAgain);
  signal.addEventListener("abort", () => cancel(), { once: true });

  function lookAgain(): void {
    cancel = clock.after(LOOK_AGAIN_MS, lookAgain);
    listener(undefined);
  }
}
