import type { Clock, DestinationCounters, Histogram, Host } from "@arbitex/core/host";
import type { Sample, Series } from "./ring.ts";
import { attemptsBetween, Ring } from "./ring.ts";
import type { Silence } from "./silence.ts";
import { silenceOf } from "./silence.ts";

/** The recent past of every destination of this server. */
export interface Activity {
  /** Undefined for a destination that has had no event since the server's start. */
  of(id: string): DestinationActivity | undefined;
  /** The same as in `of`, at less cost. */
  silenceOf(id: string): Silence | undefined;
  close(): void;
}

export interface DestinationActivity {
  /** Sixty minutes. */
  readonly hour: Series;
  /** A day in steps of ten minutes. */
  readonly day: Series;
  readonly silence: Silence | undefined;
}

export interface ActivityOptions {
  readonly host: Pick<Host, "forEachCounters">;
  readonly clock: Pick<Clock, "now" | "after">;
}

const SAMPLE_MS = 15_000;
const MINUTE_MS = 60_000;
const HOUR = { stepMs: MINUTE_MS, steps: 60 };
const DAY = { stepMs: 10 * MINUTE_MS, steps: 144 };

/** Rings of a destination that has had events. */
interface Watched {
  readonly hour: Ring;
  readonly day: Ring;
  last: DestinationCounters;
  sendSeconds: Histogram | undefined;
  round: number;
}

/**
 * Samples the counters of destinations on a timer, so that no event costs more for it. A destination without events
 * holds nothing; any other holds its rings in fixed memory, some 9 KB.
 */
export function openActivity({ host, clock }: ActivityOptions): Activity {
  const startedAt = clock.now();
  const watched = new Map<string, Watched>();
  let round = 0;
  let cancel = clock.after(SAMPLE_MS, sample);

  function sample(): void {
    round++;
    const now = clock.now();
    host.forEachCounters((counters) => see(counters, now));
    for (const [id, one] of watched) {
      // It was removed.
      if (one.round !== round) watched.delete(id);
    }
    cancel = clock.after(SAMPLE_MS, sample);
  }

  function see(counters: DestinationCounters, now: number): void {
    const known = watched.get(counters.id);
    if (known === undefined && counters.accepted === 0 && counters.queued === 0) return;
    const one = known ?? begin(counters, now);
    one.round = round;
    if (known !== undefined && isSame(one.last, counters)) return;
    const sendSeconds = counters.sendSeconds();
    const between = sampleOf(known?.last, counters, attemptsBetween(one.sendSeconds, sendSeconds));
    one.last = counters;
    one.sendSeconds = sendSeconds;
    one.hour.add(now, between);
    one.day.add(now, between);
  }

  function begin(last: DestinationCounters, now: number): Watched {
    const one = {
      hour: new Ring({ ...HOUR, now }),
      day: new Ring({ ...DAY, now }),
      last,
      sendSeconds: undefined,
      round,
    };
    watched.set(last.id, one);
    return one;
  }

  const silenceIn = ({ day }: Watched) => silenceOf({ ...day.arrivals(clock.now()), knownSince: startedAt });

  return {
    of(id) {
      const one = watched.get(id);
      if (one === undefined) return undefined;
      const now = clock.now();
      return { hour: one.hour.series(now), day: one.day.series(now), silence: silenceIn(one) };
    },
    silenceOf(id) {
      const one = watched.get(id);
      return one && silenceIn(one);
    },
    close: () => cancel(),
  };
}

function isSame(before: DestinationCounters, after: DestinationCounters): boolean {
  return (
    before.accepted === after.accepted &&
    before.delivered === after.delivered &&
    before.deadLettered === after.deadLettered &&
    before.filtered === after.filtered &&
    before.queued === after.queued
  );
}

/** Counters begin again at zero when a destination is opened anew. */
function sampleOf(
  before: DestinationCounters | undefined,
  after: DestinationCounters,
  attempts: readonly number[],
): Sample {
  const isAnew = before === undefined || after.accepted < before.accepted || after.delivered < before.delivered;
  const since = (name: "accepted" | "delivered" | "deadLettered" | "filtered") =>
    Math.max(0, after[name] - (isAnew ? 0 : before[name]));
  return {
    accepted: since("accepted"),
    delivered: since("delivered"),
    deadLettered: since("deadLettered"),
    filtered: since("filtered"),
    queued: after.queued,
    attempts,
  };
}
