import { addNumber } from "./ranges.ts";
import type { StreamEntry } from "./stream-entry.ts";
import type { EventKey, StreamState } from "./stream-state.ts";

/** Collects the entries of one call, and applies each to the state as soon as it is complete. */
export class NumberBatch {
  readonly entries: StreamEntry[] = [];
  /** Checkpoints made, as sent. */
  readonly checkpoints: string[] = [];
  readonly #state: StreamState;
  #open: Opened[] = [];

  constructor(state: StreamState) {
    this.#state = state;
  }

  /** The number of the next event. */
  get next(): number {
    return this.#state.next + this.#open.length;
  }

  /** Gives an event the next number. */
  number(event: Opened): void {
    this.#open.push(event);
  }

  add(entry: StreamEntry): void {
    this.end();
    this.#state.apply(entry);
    this.entries.push(entry);
  }

  checkpoint(entry: Extract<StreamEntry, { kind: "checkpoint" }>): void {
    this.add(entry);
    this.checkpoints.push(entry.json);
  }

  /** Completes the entry of the events numbered since the last one. */
  end(): void {
    const events = this.#open;
    if (events.length === 0) return;
    this.#open = [];
    const first = this.#state.next;
    const at: [number, number][] = [];
    for (const { key } of events) if (typeof key === "number") addNumber(at, key);
    const entry: StreamEntry = {
      kind: "numbers",
      first,
      count: events.length,
      at,
      marks: at.length === 0 ? [] : events.map(({ mark }) => mark),
      fingerprints: events.map(({ fingerprint }) => fingerprint).join(""),
    };
    this.#state.apply(entry);
    this.entries.push(entry);
    for (const [index, { key, mark, fingerprint }] of events.entries()) {
      if (typeof key !== "number") this.#state.hold(key, { number: first + index, mark, fingerprint });
    }
  }
}

/** An event that gets a number. */
interface Opened {
  readonly key: EventKey;
  readonly mark: number;
  /** In hexadecimal; empty without fingerprints. */
  readonly fingerprint: string;
}
