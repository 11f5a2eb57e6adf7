import type { Histogram } from "@arbitex/core/host";
import { SEND_SECONDS_BOUNDS } from "@arbitex/core/host";
import { quantileOf } from "./quantile.ts";

/** What happened to a destination between two samples. */
export interface Sample {
  readonly accepted: number;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly filtered: number;
  /** In the queue at the end. */
  readonly queued: number;
  /** Attempts by their time, not cumulative: one number for each bound, and one for longer ones. */
  readonly attempts: readonly number[];
}

/** A ring for people and programs, oldest step first. */
export interface Series {
  readonly stepSeconds: number;
  /** End of the last step, which is not over yet, in milliseconds since the epoch. */
  readonly until: number;
  readonly accepted: readonly number[];
  readonly delivered: readonly number[];
  readonly deadLettered: readonly number[];
  readonly filtered: readonly number[];
  /** At the step's end; undefined before the first sample. */
  readonly queued: readonly (number | undefined)[];
  readonly latencyP50: readonly (number | undefined)[];
  readonly latencyP95: readonly (number | undefined)[];
}

const COUNTS = ["accepted", "delivered", "deadLettered", "filtered"] as const;
const TIMES = SEND_SECONDS_BOUNDS.length + 1;
const UNKNOWN = 0xffffffff;

/** The last steps of a destination's counts, in fixed memory: some 4 KB for a day in steps of ten minutes. */
export class Ring {
  readonly #stepMs: number;
  readonly #steps: number;
  readonly #counts: Readonly<Record<(typeof COUNTS)[number], Uint32Array>>;
  readonly #queued: Uint32Array;
  readonly #p50: Float32Array;
  readonly #p95: Float32Array;
  /** Attempts of the step under way. */
  readonly #attempts = new Uint32Array(TIMES);
  /** Number of the step under way, since the epoch. */
  #step: number;

  constructor({ stepMs, steps, now }: { readonly stepMs: number; readonly steps: number; readonly now: number }) {
    this.#stepMs = stepMs;
    this.#steps = steps;
    this.#step = Math.floor(now / stepMs);
    const numbers = () => new Uint32Array(steps);
    this.#counts = { accepted: numbers(), delivered: numbers(), deadLettered: numbers(), filtered: numbers() };
    this.#queued = numbers().fill(UNKNOWN);
    this.#p50 = new Float32Array(steps).fill(Number.NaN);
    this.#p95 = new Float32Array(steps).fill(Number.NaN);
  }

  add(now: number, sample: Sample): void {
    this.#moveTo(now);
    const at = this.#step % this.#steps;
    for (const name of COUNTS) {
      const counts = this.#counts[name];
      counts[at] = (counts[at] ?? 0) + sample[name];
    }
    this.#queued[at] = Math.min(sample.queued, UNKNOWN - 1);
    if (!sample.attempts.some((count) => count > 0)) return;
    for (const [bound, count] of sample.attempts.entries()) {
      this.#attempts[bound] = (this.#attempts[bound] ?? 0) + count;
    }
    this.#p50[at] = quantileOf(this.#attempts, 0.5);
    this.#p95[at] = quantileOf(this.#attempts, 0.95);
  }

  /** What came, oldest step first, and when the last step ends. */
  arrivals(now: number): Pick<Series, "accepted" | "stepSeconds" | "until"> {
    this.#moveTo(now);
    const accepted = this.#order().map((at) => this.#counts.accepted[at] ?? 0);
    return { accepted, stepSeconds: this.#stepMs / 1000, until: (this.#step + 1) * this.#stepMs };
  }

  #order(): readonly number[] {
    return Array.from({ length: this.#steps }, (_, index) => (this.#step + 1 + index) % this.#steps);
  }

  series(now: number): Series {
    const arrivals = this.arrivals(now);
    const order = this.#order();
    const counted = (counts: Uint32Array) => order.map((at) => counts[at] ?? 0);
    const timed = (times: Float32Array) => order.map((at) => knownTime(times[at]));
    return {
      ...arrivals,
      delivered: counted(this.#counts.delivered),
      deadLettered: counted(this.#counts.deadLettered),
      filtered: counted(this.#counts.filtered),
      queued: order.map((at) => (this.#queued[at] === UNKNOWN ? undefined : this.#queued[at])),
      latencyP50: timed(this.#p50),
      latencyP95: timed(this.#p95),
    };
  }

  /** Begins the steps since the last one. The queue stays as it was, for an idle destination is not sampled. */
  #moveTo(now: number): void {
    const step = Math.floor(now / this.#stepMs);
    // A clock that was set back must not erase anything.
    if (step <= this.#step) return;
    const queued = this.#queued[this.#step % this.#steps] ?? UNKNOWN;
    for (let each = Math.max(this.#step + 1, step - this.#steps + 1); each <= step; each++) {
      const at = each % this.#steps;
      for (const name of COUNTS) this.#counts[name][at] = 0;
      this.#queued[at] = queued;
      this.#p50[at] = Number.NaN;
      this.#p95[at] = Number.NaN;
    }
    this.#attempts.fill(0);
    this.#step = step;
  }
}

function knownTime(seconds: number | undefined): number | undefined {
  return seconds === undefined || Number.isNaN(seconds) ? undefined : Number(seconds.toPrecision(3));
}

/** The attempts between two states of a histogram, by time. */
export function attemptsBetween(before: Histogram | undefined, { buckets, count }: Histogram): readonly number[] {
  const cumulative = [...buckets, count];
  const earlier = before === undefined ? [] : [...before.buckets, before.count];
  const added = cumulative.map((value, index) => Math.max(0, value - (earlier[index] ?? 0)));
  return added.map((value, index) => Math.max(0, value - (index === 0 ? 0 : (added[index - 1] ?? 0))));
}
