import type { AcceptedEvent } from "../../event/accepted-event.ts";

/** Which held events a new destination gets. */
export interface HeldScope {
  /** The organisation whose events it gets; null for all. */
  readonly orgId: string | null;
  /** Acceptance time from which on, in milliseconds since the epoch. */
  readonly since: number;
}

/**
 * What a store still has because a destination has not settled it, as new destinations get it. What was set aside for
 * one outlives the process, and what the other destinations settle meanwhile.
 */
export interface Holdings {
  /** Returns whether a destination is to get held events, which are not all given yet. */
  isDue(destinationId: string): boolean;
  /** Notes that a destination is to get held events: a crash before they are set aside does not forget it. */
  promise(destinationId: string): Promise<void>;
  /**
   * Sets aside what is held at this moment and was not routed to the destination. Call it once every event that was
   * accepted before the destination got its route is in the store. Resolves once it survives a power cut.
   */
  setAside(destinationId: string, scope: HeldScope): Promise<void>;
  /** Returns what is set aside for a destination and not given yet; undefined if nothing is. */
  of(destinationId: string): Promise<HeldEvents | undefined>;
  /** Forgets what is set aside for a destination. */
  drop(destinationId: string): Promise<void>;
}

/** Events set aside for a destination. */
export interface HeldEvents {
  /** Iterates over those not given yet, about in the order of acceptance. */
  batches(): AsyncIterable<readonly AcceptedEvent[]>;
  /** Notes that every batch read so far is safe in the destination's queue. */
  given(): Promise<void>;
}
