import { HASH_BYTES, HashTree } from "./hash-tree.ts";
import type { EventKey } from "./known-events.ts";
import { KnownEvents } from "./known-events.ts";
import type { NumberRange } from "./ranges.ts";
import { addNumber, joinedRanges, parseRanges, rangesOf, rangesText } from "./ranges.ts";
import type { SnapshotEntry, StreamEntry } from "./stream-entry.ts";

/** What happened since the checkpoint before, and what is open. */
export interface Interval {
  readonly index: number;
  readonly from: number;
  readonly to: number;
  /** Undefined if some of them have no fingerprint. */
  readonly root: string | undefined;
  /** Numbers of dead letters, by stage. */
  readonly dead: readonly (readonly [stage: string, numbers: readonly NumberRange[]])[];
  /** Fingerprints of dead letters: without them, the root could not be computed from what the SIEM has. */
  readonly unsent: readonly (readonly [number: number, fingerprint: string])[];
  /** Numbers not settled yet. */
  readonly underWay: readonly NumberRange[];
  readonly revised: readonly (readonly [number: number, fingerprint: string])[];
  readonly previous: SnapshotEntry["previous"];
}

const MOST_UNSENT = 200;

/** What is known of a stream. It changes by entries alone, so that a log of them restores it. */
export class StreamState {
  stream: string;
  next = 1;
  isEnded = false;
  /** Events that become checkpoints when they are taken, by uid. */
  readonly markers = new Map<string, boolean>();
  /** Checkpoints not settled yet, as sent, by number. */
  readonly texts = new Map<number, string>();
  events = new KnownEvents();
  #from = 1;
  #tree = new HashTree();
  #dead = new Map<string, [number, number][]>();
  #unsent: [number: number, fingerprint: string][] = [];
  #revised = new Map<number, string>();
  #checkpoints = 0;
  #previous: SnapshotEntry["previous"];

  constructor(stream: string) {
    this.stream = stream;
  }

  /** Forgets the events that were settled long ago. */
  forgetSettled(now: number): void {
    this.events.forgetSettled(now, (number) => this.texts.delete(number));
  }

  /** Forgets an event that was settled by an earlier process. */
  forget(sequence: number): void {
    const number = this.events.forget(sequence);
    if (number !== undefined) this.texts.delete(number);
  }

  /** `keys` are those of newly numbered events, some of which may be in no store. */
  apply(entry: StreamEntry, keys?: readonly EventKey[]): void {
    switch (entry.kind) {
      case "numbers":
        return this.#addNumbers(entry, keys);
      case "dead":
        return this.#addDead(entry);
      case "revised":
        return void this.#revised.set(entry.number, entry.fingerprint);
      case "marker":
        return void this.markers.set(entry.uid, entry.isFinal);
      case "checkpoint":
        return this.#addCheckpoint(entry);
      case "snapshot":
        return this.#restore(entry);
      default:
        return entry satisfies never;
    }
  }

  interval(): Interval {
    return {
      index: this.#checkpoints + 1,
      from: this.#from,
      to: this.next - 1,
      root: this.#tree.size === this.next - this.#from ? this.#tree.root() : undefined,
      dead: [...this.#dead].map(([stage, ranges]) => [stage, joinedRanges(ranges)]),
      unsent: this.#unsent,
      underWay: rangesOf(this.events.numbers()),
      revised: [...this.#revised],
      previous: this.#previous,
    };
  }

  snapshot(now: number): SnapshotEntry {
    this.forgetSettled(now);
    return {
      kind: "snapshot",
      stream: this.stream,
      next: this.next,
      from: this.#from,
      ...this.#tree.state(),
      events: this.events.packed().toString("base64"),
      dead: [...this.#dead].map(([stage, ranges]) => [stage, rangesText(joinedRanges(ranges))]),
      unsent: this.#unsent,
      revised: [...this.#revised],
      markers: [...this.markers],
      checkpoints: this.#checkpoints,
      previous: this.#previous,
      texts: [...this.texts],
      isEnded: this.isEnded,
    };
  }

  #addNumbers(entry: Extract<StreamEntry, { kind: "numbers" }>, keys: readonly EventKey[] = []): void {
    const { first, count, at, marks, fingerprints } = entry;
    const hashes = Buffer.from(fingerprints, "hex");
    this.#tree.addAll(hashes);
    let index = 0;
    for (const [from, to] of at) {
      for (let sequence = from; sequence <= to; sequence++) {
        const key = keys[index] ?? sequence;
        if (key !== 0) this.events.add(key, first + index, marks[index] ?? 0, hashes, index * HASH_BYTES);
        index++;
      }
    }
    this.next = first + count;
  }

  #addDead({ stage, events }: Extract<StreamEntry, { kind: "dead" }>): void {
    const ranges = this.#dead.get(stage) ?? [];
    this.#dead.set(stage, ranges);
    for (const [number, fingerprint] of events) {
      addNumber(ranges, number);
      if (fingerprint !== "" && this.#unsent.length < MOST_UNSENT) this.#unsent.push([number, fingerprint]);
    }
  }

  #addCheckpoint({ number, uid, fingerprint, isFinal, json }: Extract<StreamEntry, { kind: "checkpoint" }>): void {
    this.markers.delete(uid);
    this.texts.set(number, json);
    this.#checkpoints++;
    this.#previous = { uid, fingerprint, at: number };
    this.#from = number;
    this.#tree = new HashTree();
    this.#dead = new Map();
    this.#unsent = [];
    this.#revised = new Map();
    this.isEnded = isFinal;
  }

  #restore(snapshot: SnapshotEntry): void {
    this.stream = snapshot.stream;
    this.next = snapshot.next;
    this.isEnded = snapshot.isEnded;
    this.#from = snapshot.from;
    this.#tree = new HashTree(snapshot);
    this.#dead = new Map(
      snapshot.dead.map(([stage, numbers]) => [stage, (parseRanges(numbers) ?? []).map(([a, b]) => [a, b])]),
    );
    this.#unsent = [...snapshot.unsent];
    this.#revised = new Map(snapshot.revised);
    this.#checkpoints = snapshot.checkpoints;
    this.#previous = snapshot.previous;
    this.events = new KnownEvents();
    this.events.addPacked(Buffer.from(snapshot.events, "base64"));
    restoreMap(this.markers, snapshot.markers);
    restoreMap(this.texts, snapshot.texts);
  }
}

function restoreMap<Key, Value>(map: Map<Key, Value>, entries: Iterable<readonly [Key, Value]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
