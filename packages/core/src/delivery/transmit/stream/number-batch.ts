import type { EventKey } from "./known-events.ts";
import { addNumber } from "./ranges.ts";
import type { StreamEntry } from "./stream-entry.ts";
import type { StreamState } from "./stream-state.ts";

/** Collects the entries of one call, and applies each to the state as soon as it is complete. */
export class NumberBatch {
  readonly entries: StreamEntry[] = [];
  /** Checkpoints made, as sent. */
  readonly checkpoints: string[] = [];
  readonly #state: StreamState;
  // Of the events numbered since the last entry.
  #keys: EventKey[] = [];
  #marks: number[] = [];
  #fingerprints: string[] = [];

  constructor(state: StreamState) {
    this.#state = state;
  }

  /** The number of the next event. */
  get next(): number {
    return this.#state.next + this.#keys.length;
  }

  /** Gives an event the next number. Its fingerprint is in hexadecimal; empty without fingerprints. */
  number(key: EventKey, mark: number, fingerprint: string): void {
    this.#keys.push(key);
    this.#marks.push(mark);
    this.#fingerprints.push(fingerprint);
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
    const keys = this.#keys;
    if (keys.length === 0) return;
    const at: [number, number][] = [];
    for (const key of keys) addNumber(at, typeof key === "number" ? key : 0);
    const entry: StreamEntry = {
      kind: "numbers",
      first: this.#state.next,
      count: keys.length,
      at,
      marks: this.#marks,
      fingerprints: this.#fingerprints.join(""),
    };
    this.#keys = [];
    this.#marks = [];
    this.#fingerprints = [];
    this.#state.apply(entry, keys);
    this.entries.push(entry);
  }
}
