import type { DeliverySettings, DeliveryWindow } from "../delivery-settings.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Milliseconds until one of the windows is open; 0 while one is, or when there is none. `now` is wall time. */
export function untilOpen(windows: readonly DeliveryWindow[], now: number): number {
  if (windows.length === 0) return 0;
  const time = now % DAY_MS;
  return Math.min(...windows.map((window) => untilThisOne(window, time)));
}

/** `time` is that of the day, in UTC. A window whose end is not after its start goes on over midnight. */
function untilThisOne({ startMinute, endMinute }: DeliveryWindow, time: number): number {
  const start = startMinute * MINUTE_MS;
  const end = endMinute * MINUTE_MS;
  const isOpen = start < end ? time >= start && time < end : time >= start || time < end;
  return isOpen ? 0 : (start - time + DAY_MS) % DAY_MS;
}

/** When a destination may send: within its windows, and no more bytes a second than it is allowed. */
export class Pace {
  readonly #windows: readonly DeliveryWindow[];
  readonly #isPaused: boolean;
  readonly #bytesPerMs: number;
  /** Milliseconds, by the clock that only goes forward. */
  #freeAt = 0;

  constructor({
    window = [],
    paused = false,
    maxBytesPerSecond = Number.POSITIVE_INFINITY,
  }: Partial<DeliverySettings>) {
    this.#windows = window;
    this.#isPaused = paused;
    this.#bytesPerMs = maxBytesPerSecond / 1000;
  }

  /** No window is open, or it is paused. */
  isClosed(now: number): boolean {
    return this.#isPaused || untilOpen(this.#windows, now) > 0;
  }

  /** How long until something may be sent; 0 when it may now, infinite while it is paused. */
  waitMs(now: number, elapsed: number): number {
    if (this.#isPaused) return Number.POSITIVE_INFINITY;
    return Math.max(untilOpen(this.#windows, now), this.#freeAt - elapsed, 0);
  }

  /** A body of so many bytes went out. */
  sent(bytes: number, elapsed: number): void {
    this.#freeAt = Math.max(this.#freeAt, elapsed) + bytes / this.#bytesPerMs;
  }
}
