import type { Channel } from "./channel.ts";

/** How a wait for an acknowledgement ended. */
type Acknowledgement =
  | "acknowledged"
  /** The token has no acknowledgement: no confirmation will come. */
  | "disabled"
  | "expired"
  /** The channel's ids are no longer valid. */
  | "abandoned"
  | "stopped";

/** Answer of the ack address about the ids of one channel. */
export type PollAnswer =
  | { readonly kind: "answered"; readonly acknowledged: readonly number[] }
  | { readonly kind: "disabled" }
  | { readonly kind: "failed" };

export interface Acknowledgements {
  /** Resolves when Splunk confirms the id or confirmation is no longer possible. */
  wait(channel: Channel, ackId: number, signal: AbortSignal): Promise<Acknowledgement>;
  isWaiting(channel: Channel, ackId: number): boolean;
  /** Ends every wait on a channel. */
  abandon(channel: Channel): void;
  /** Ends every wait. */
  close(): void;
}

export interface AcknowledgementOptions {
  /** Polls all ids of a channel. Splunk reports `true` once and then forgets. Never rejects. */
  readonly poll: (channel: Channel, ids: readonly number[], signal: AbortSignal) => Promise<PollAnswer>;
  readonly timing: AcknowledgementTiming;
  readonly clock: AcknowledgementClock;
}

export interface AcknowledgementTiming {
  /** Milliseconds before the first poll, and between polls that confirm something. */
  readonly firstPollMs: number;
  /** Longest interval in milliseconds; polls that confirm nothing double it. */
  readonly maxPollMs: number;
  /** Time limit of one poll in milliseconds. */
  readonly pollTimeoutMs: number;
  /** Milliseconds after which a batch counts as lost. */
  readonly timeoutMs: number;
}

export interface AcknowledgementClock {
  /** Monotonic time in milliseconds. */
  now(): number;
  /** Runs `action` once after `ms`; the returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}

interface Waiter {
  readonly deadline: number;
  settle(outcome: Acknowledgement): void;
}

/** Creates the acknowledgements of a destination: one timer for all waits, and none while idle. */
export function createAcknowledgements({ poll, timing, clock }: AcknowledgementOptions): Acknowledgements {
  const waiting = new Map<Channel, Map<number, Waiter>>();
  const stop = new AbortController();
  let intervalMs = timing.firstPollMs;
  let next: { readonly at: number; cancel(): void } | undefined;
  let isPolling = false;

  function pollWithin(ms: number): void {
    const at = clock.now() + ms;
    if (isPolling || (next !== undefined && next.at <= at)) return;
    pollNoMore();
    next = { at, cancel: clock.after(ms, () => void pollAll()) };
  }

  function pollNoMore(): void {
    next?.cancel();
    next = undefined;
  }

  async function pollAll(): Promise<void> {
    next = undefined;
    isPolling = true;
    const confirmed = await Promise.all(Array.from(waiting, ([channel, waiters]) => pollOne(channel, waiters)));
    isPolling = false;
    expire();
    intervalMs = confirmed.includes(true) ? timing.firstPollMs : Math.min(intervalMs * 2, timing.maxPollMs);
    if (waiting.size > 0) pollWithin(intervalMs);
  }

  /** Polls a channel; returns whether anything was confirmed. */
  async function pollOne(channel: Channel, waiters: ReadonlyMap<number, Waiter>): Promise<boolean> {
    const answer = await poll(channel, [...waiters.keys()], stop.signal);
    switch (answer.kind) {
      case "answered":
        for (const id of answer.acknowledged) waiters.get(id)?.settle("acknowledged");
        return answer.acknowledged.length > 0;
      case "disabled":
        settleAll(waiters, "disabled");
        return true;
      case "failed":
        return false;
      default:
        return answer satisfies never;
    }
  }

  function expire(): void {
    const now = clock.now();
    for (const waiters of waiting.values()) {
      for (const waiter of waiters.values()) if (waiter.deadline <= now) waiter.settle("expired");
    }
  }

  return {
    wait(channel, ackId, signal) {
      if (signal.aborted || stop.signal.aborted) return Promise.resolve("stopped");
      return new Promise((resolve) => {
        const waiters = waiting.get(channel) ?? new Map<number, Waiter>();
        const onAbort = () => settle("stopped");
        const settle = (outcome: Acknowledgement) => {
          signal.removeEventListener("abort", onAbort);
          waiters.delete(ackId);
          if (waiters.size === 0) waiting.delete(channel);
          if (waiting.size === 0) pollNoMore();
          resolve(outcome);
        };
        waiting.set(channel, waiters.set(ackId, { deadline: clock.now() + timing.timeoutMs, settle }));
        signal.addEventListener("abort", onAbort, { once: true });
        intervalMs = timing.firstPollMs;
        pollWithin(intervalMs);
      });
    },
    isWaiting: (channel, ackId) => waiting.get(channel)?.has(ackId) === true,
    abandon(channel) {
      settleAll(waiting.get(channel) ?? new Map(), "abandoned");
    },
    close() {
      stop.abort();
      for (const waiters of waiting.values()) settleAll(waiters, "stopped");
    },
  };
}

function settleAll(waiters: ReadonlyMap<number, Waiter>, outcome: Acknowledgement): void {
  for (const waiter of waiters.values()) waiter.settle(outcome);
}
