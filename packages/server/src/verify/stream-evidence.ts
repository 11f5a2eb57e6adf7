import type { Checkpoint } from "./checkpoint.ts";
import type { JudgedEvent } from "./judge-event.ts";
import { NumberTable } from "./number-table.ts";

const MOST_NAMED = 10_000;
/** Of events with one number and different contents, which are compared with what checkpoints tell. */
const MOST_OTHERS = 100_000;

/** An event that an export names, by its number and `metadata.uid`. */
export interface NamedEvent {
  readonly number: number;
  readonly uid: string;
}

/** What an export has of one stream. */
export class StreamEvidence {
  readonly stream: string;
  readonly numbers = new NumberTable();
  readonly checkpoints = new Map<number, Checkpoint>();
  /** Events whose content does not agree with their fingerprint, or with another event of their number. */
  readonly altered: NamedEvent[] = [];
  readonly repeated: NamedEvent[] = [];
  /** Events that claim to be checkpoints and are not signed by a known key. */
  readonly forged: NamedEvent[] = [];
  unfingerprinted = 0;
  readonly #revised = new Map<number, Set<string>>();
  readonly #others: (NamedEvent & { readonly fingerprint: string })[] = [];

  constructor(stream: string) {
    this.stream = stream;
  }

  add(number: number, { uid, fingerprint, state }: JudgedEvent): void {
    if (state === "without fingerprint") this.unfingerprinted++;
    if (state === "altered") named(this.altered, { number, uid });
    const found = this.numbers.add(number, fingerprint);
    if (found === "same") named(this.repeated, { number, uid });
    if (found === "other" && this.#others.length < MOST_OTHERS) this.#others.push({ number, uid, fingerprint });
  }

  addForged(event: NamedEvent): void {
    named(this.forged, event);
  }

  addCheckpoint(checkpoint: Checkpoint): void {
    this.checkpoints.set(checkpoint.index, checkpoint);
    for (const [number, fingerprint] of checkpoint.revised) {
      const known = this.#revised.get(number) ?? new Set();
      this.#revised.set(number, known.add(fingerprint));
    }
  }

  /** Returns whether a checkpoint tells that an event was sent with more than one content. */
  isRevised(number: number): boolean {
    return this.#revised.has(number);
  }

  /** Returns events of which there is another with the same number and other content, which no checkpoint tells of. */
  conflicts(): readonly NamedEvent[] {
    return this.#others.filter(({ number, fingerprint }) => {
      const first = this.numbers.fingerprintOf(number) ?? "";
      const revised = this.#revised.get(number);
      return revised === undefined || !(revised.has(fingerprint) || revised.has(first));
    });
  }
}

/** Bounds memory for an export that is altered throughout. */
function named(list: NamedEvent[], event: NamedEvent): void {
  if (list.length < MOST_NAMED) list.push(event);
}
