import type { Clock } from "../../clock.ts";
import type { Observe } from "../../delivery/pipeline/observe.ts";
import type { Select } from "../../delivery/transmit/shape/select.ts";
import type { Shape } from "../../delivery/transmit/shape/shape.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";

/** An event as it passed a destination, or was left out there. */
export interface TappedEvent {
  readonly kind: "event";
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly destinationId: string;
  readonly outcome: "passed" | "filtered";
  /** The event's JSON, redacted. */
  readonly event: string;
  /** The event's JSON in the destination's version and rendering; undefined where it is the same, or was left out. */
  readonly sent: string | undefined;
}

/** Counts since the tap was opened. Every event that was seen is shown, skipped, or not asked for. */
export interface TapAccount {
  readonly kind: "account";
  readonly seen: number;
  readonly shown: number;
  /** Events of which the tap shows no more: too many came, or its reader is too slow. */
  readonly skipped: number;
}

/** Options of a tap. */
export interface TapOptions {
  /** Whether a destination is meant. */
  readonly isMeant: (destinationId: string, orgId: string | null) => boolean;
  /** Which events are meant. It sees them as they are shown, redacted. Undefined for all. */
  readonly select?: Select | undefined;
  readonly signal: AbortSignal;
}

/** Looks at events as they pass. Costs nothing while none is open, and never holds up delivery. */
export interface Taps {
  /** Returns what a destination's pipeline tells of its events. */
  observerOf(destinationId: string, orgId: string | null, shape: Shape): Observe;
  /** Opens a tap that ends with its signal. An account follows every second. */
  open(options: TapOptions): AsyncGenerator<TappedEvent | TapAccount, void>;
}

/** Events that one tap looks at in a second: what it costs is bounded, whatever passes. */
const LOOKED_AT = 500;
/** Events that one tap shows in a second, and that wait for its reader. */
const SHOWN = 50;
const MOST_WAITING = 200;
const SECOND_MS = 1000;

interface OpenTap {
  readonly options: TapOptions;
  readonly waiting: TappedEvent[];
  readonly counts: { seen: number; shown: number; skipped: number };
  /** Start of the second, and what it has had so far. */
  second: number;
  lookedAt: number;
  taken: number;
  wake: (() => void) | undefined;
}

/** What is known of an event that is offered to a tap. */
interface Offered extends Pick<TappedEvent, "at" | "destinationId" | "outcome"> {
  readonly shape: Shape;
}

export function createTaps(clock: Pick<Clock, "now" | "elapsed" | "after">): Taps {
  const open = new Set<OpenTap>();

  function offer(tap: OpenTap, record: AcceptedEvent, { shape, ...place }: Offered): void {
    tap.counts.seen++;
    const now = clock.elapsed();
    if (now - tap.second >= SECOND_MS) Object.assign(tap, { second: now, lookedAt: 0, taken: 0 });
    if (tap.lookedAt >= LOOKED_AT || tap.taken >= SHOWN || tap.waiting.length >= MOST_WAITING) {
      tap.counts.skipped++;
      return;
    }
    tap.lookedAt++;
    const kept = shape.keep?.(record) ?? record;
    if (tap.options.select?.(kept) === false) return;
    tap.taken++;
    const sent = place.outcome === "passed" ? convertedJson(kept, shape) : undefined;
    tap.waiting.push({ kind: "event", ...place, event: kept.json, sent });
    tap.wake?.();
  }

  return {
    observerOf: (destinationId, orgId, shape) => (wanted, unwanted) => {
      // Nearly always.
      if (open.size === 0) return;
      const at = clock.now();
      for (const tap of open) {
        if (!tap.options.isMeant(destinationId, orgId)) continue;
        for (const record of wanted) offer(tap, record, { at, destinationId, shape, outcome: "passed" });
        for (const record of unwanted) offer(tap, record, { at, destinationId, shape, outcome: "filtered" });
      }
    },
    async *open(options) {
      const counts = { seen: 0, shown: 0, skipped: 0 };
      const tap: OpenTap = { options, waiting: [], counts, second: 0, lookedAt: 0, taken: 0, wake: undefined };
      open.add(tap);
      try {
        let toldAt = clock.elapsed();
        while (!options.signal.aborted) {
          for (const event of tap.waiting.splice(0)) {
            tap.counts.shown++;
            yield event;
          }
          if (clock.elapsed() - toldAt >= SECOND_MS) {
            toldAt = clock.elapsed();
            yield { kind: "account", ...tap.counts };
          }
          if (tap.waiting.length === 0) await moreOrLater(tap, toldAt + SECOND_MS - clock.elapsed());
        }
      } finally {
        open.delete(tap);
      }
    },
  };

  function moreOrLater(tap: OpenTap, waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = tap.options;
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        tap.wake = undefined;
        resolve();
      };
      const cancel = clock.after(waitMs, done);
      tap.wake = done;
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }
}

/** An event that cannot be converted becomes a dead letter, which has the reason. */
function convertedJson(kept: AcceptedEvent, { convert }: Shape): string | undefined {
  try {
    return convert?.(kept).json;
  } catch {
    return undefined;
  }
}
