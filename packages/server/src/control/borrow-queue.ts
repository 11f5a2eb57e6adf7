import type { HandedOver } from "@arbitex/core/host";
import { z } from "zod";
import type { Question } from "./ask-control.ts";
import { askControl, followControl } from "./ask-control.ts";
import type { HandOver, QueuedEvent, QueuedEvents } from "../bundle/queued-events.ts";

const loanSchema = z.object({
  loan: z.string(),
  type: z.string(),
  organisation: z.string().nullable(),
  queued: z.number(),
});

const takenSchema = z.object({
  events: z.array(
    z
      .object({ json: z.string(), sequence: z.number(), id: z.string(), accepted_at: z.number() })
      .transform(({ accepted_at: acceptedAt, ...event }): QueuedEvent => ({ ...event, acceptedAt })),
  ),
  filtered: z.number(),
});

/** A destination's queue that a running server has lent. */
export interface LentQueue extends QueuedEvents {
  readonly type: string;
  readonly organisation: string | null;
  /** Number of events queued at its beginning. */
  readonly queued: number;
}

/** Borrows the queue of a destination from the running server, which goes on accepting events. */
export async function borrowQueue(path: Question["path"], destinationId: string): Promise<LentQueue> {
  const ask = (route: string) => askControl({ path, method: "POST", route });
  // The server lends the queue for as long as this answer lasts.
  const lending = followControl({
    path,
    method: "POST",
    route: `/loans?${new URLSearchParams({ destination: destinationId }).toString()}`,
  });
  const { loan, ...lent } = loanSchema.parse((await lending.next()).value);
  let taken: number | undefined;
  let isClosed = false;

  /** Tells the server how many events of the last answer are in the bundle. */
  const query = (settled: number | undefined) =>
    new URLSearchParams({ loan, ...(settled !== undefined && { settled: String(settled) }) }).toString();

  async function handOverAll({ isKnown, takesMore, handOver, signal }: HandOver): Promise<HandedOver> {
    let delivered = 0;
    let filtered = 0;
    while (!signal.aborted) {
      const next = takenSchema.parse(await ask(`/loans/next?${query(taken)}`));
      taken = undefined;
      filtered = next.filtered;
      const end = takesMore ? -1 : next.events.findIndex((record) => !isKnown(record));
      const chosen = end < 0 ? next.events : next.events.slice(0, end);
      if (next.events.length > 0) taken = 0;
      if (chosen.length > 0) await handOver(chosen);
      delivered += chosen.length;
      if (next.events.length > 0) taken = chosen.length;
      if (chosen.length < next.events.length || chosen.length === 0) break;
    }
    return { delivered, filtered, left: 0, unreadable: 0 };
  }

  return {
    ...lent,
    handOver: handOverAll,
    async close() {
      if (isClosed) return;
      isClosed = true;
      try {
        await ask(`/loans/synced?${query(taken)}`);
      } finally {
        await lending.return(undefined);
      }
    },
  };
}
