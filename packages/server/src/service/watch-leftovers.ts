import type { Logger } from "@arbitex/core";
import type { Clock, Host, Leftover } from "@arbitex/core/host";
import { messageOf } from "../message-of.ts";
import { lookEach } from "./look-each.ts";
import { parkedDestination } from "../organisations/tenants/parked-destination.ts";

export interface WatchLeftoversOptions {
  readonly leftovers: () => readonly Leftover[];
  readonly host: Pick<Host, "deadLetterLeftover">;
  /** Whether a configuration has a destination, disabled or not. */
  readonly isConfigured: (destinationId: string) => boolean;
  readonly clock: Pick<Clock, "after" | "elapsed">;
  readonly logger: Logger;
}

const LOOK_MS = 60_000;
/** Longer than it takes until every server has a destination that was just added. */
const UNKNOWN_MS = 3_600_000;

/**
 * Dead-letters what waits for destinations that have had no configuration for an hour. The cluster would delete these
 * events some day. Some are left when a destination is removed while no server runs, or while partitions change hands.
 */
export function watchLeftovers({ leftovers, host, isConfigured, clock, logger }: WatchLeftoversOptions) {
  /** When each was found, in monotonic time. */
  let unknownSince = new Map<string, number>();
  let isClosed = false;

  async function look(): Promise<void> {
    const now = clock.elapsed();
    const unknown = leftovers().filter(({ destinationId }) => !isConfigured(destinationId));
    unknownSince = new Map(unknown.map(({ destinationId: id }) => [id, unknownSince.get(id) ?? now]));
    for (const { destinationId, events } of unknown) {
      const since = unknownSince.get(destinationId);
      if (since === now) {
        const facts = { destination: destinationId, events };
        logger.warn(facts, "events wait for a destination that is not configured; in an hour they become dead letters");
      } else if (since !== undefined && now - since >= UNKNOWN_MS) await deadLetter(destinationId);
    }
  }

  async function deadLetter(id: string): Promise<void> {
    if (isClosed) return;
    const reason = "the destination was removed";
    try {
      // Its type and organisation went with its configuration. Each event knows its own organisation.
      await host.deadLetterLeftover(parkedDestination({ id, orgId: null, type: "unknown", reason, fix: "" }));
    } catch (error) {
      logger.warn({ destination: id, reason: messageOf(error) }, "events of a removed destination stay queued for now");
    }
  }

  const looking = lookEach(LOOK_MS, look, clock);
  return {
    close(): Promise<void> {
      isClosed = true;
      return looking.close();
    },
  };
}
