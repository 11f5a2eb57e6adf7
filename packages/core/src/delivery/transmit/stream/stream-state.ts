import { HashTree, splitHashes } from "./hash-tree.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { NumberRange } from "./ranges.ts";
import { addNumber, joinedRanges, parseRanges, rangesOf, rangesText } from "./ranges.ts";
import type { SnapshotEntry, StreamEntry } from "./stream-entry.ts";

/** An event's sequence in the queue store; the event itself where it has none. */
export type EventKey = number | AcceptedEvent;

/** A numbered event that is not settled, or was a moment ago. */
export interface Known {
  readonly number: number;
  /** Checksum of the event. */
  readonly mark: number;
  /** In hexadecimal; empty without fingerprints. */
  readonly fingerprint: string;
}

interface Settled {
  /** Its sequence in the store; 0 for an event that is in no store. */
  readonly sequence: number;
  readonly known: Known;
  readonly at: number;
}

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

/** After a crash, an event whose settlement was not recorded comes again. It must find its number. */
const REMEMBERED_MS = 5000;
/** Those remembered too long are looked for when their number has doubled, and is at least this. */
const FEW_REMEMBERED = 1000;
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
  readonly #events = new Map<EventKey, Known>();
  #settled: Settled[] = [];
  #forgetAt = FEW_REMEMBERED;
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

  known(key: EventKey): Known | undefined {
    return this.#events.get(key);
  }

  /** Notes the number of an event that is in no store. */
  hold(record: AcceptedEvent, known: Known): void {
    this.#events.set(record, known);
  }

  /** Notes that an event is settled. */
  settled(key: EventKey, now: number): void {
    const known = this.#events.get(key);
    if (known === undefined) return;
    this.#events.delete(key);
    this.#settled.push({ sequence: typeof key === "number" ? key : 0, known, at: now });
    if (this.#settled.length >= this.#forgetAt) this.#forgetSettled(now);
  }

  /** Returns the sequences of the events that are known. */
  sequences(): readonly number[] {
    return [...this.#events.keys()].filter((key) => typeof key === "number");
  }

  /** Forgets an event that was settled long ago. */
  forget(sequence: number): void {
    const known = this.#events.get(sequence);
    if (known !== undefined) this.texts.delete(known.number);
    this.#events.delete(sequence);
  }

  apply(entry: StreamEntry): void {
    switch (entry.kind) {
      case "numbers":
        return this.#addNumbers(entry);
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
    const underWay = new Set([...this.#events.values()].map(({ number }) => number));
    return {
      index: this.#checkpoints + 1,
      from: this.#from,
      to: this.next - 1,
      root: this.#tree.size === this.next - this.#from ? this.#tree.root() : undefined,
      dead: [...this.#dead].map(([stage, ranges]) => [stage, joinedRanges(ranges)]),
      unsent: this.#unsent,
      underWay: rangesOf(underWay),
      revised: [...this.#revised],
      previous: this.#previous,
    };
  }

  snapshot(now: number): SnapshotEntry {
    this.#forgetSettled(now);
    const recent = this.#settled.map(({ sequence, known }) => [sequence, known] as const);
    return {
      kind: "snapshot",
      stream: this.stream,
      next: this.next,
      from: this.#from,
      ...this.#tree.state(),
      events: [...recent, ...this.#events].flatMap(([key, { number, mark, fingerprint }]) =>
        typeof key === "number" && key > 0 ? [[key, mark, number, fingerprint]] : [],
      ),
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

  #addNumbers({ first, count, at, marks, fingerprints }: Extract<StreamEntry, { kind: "numbers" }>): void {
    const each = splitHashes(fingerprints);
    for (const fingerprint of each) this.#tree.add(fingerprint);
    let index = 0;
    for (const [from, to] of at) {
      for (let sequence = from; sequence <= to; sequence++) {
        const known = { number: first + index, mark: marks[index] ?? 0, fingerprint: each[index] ?? "" };
        this.#events.set(sequence, known);
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

  #forgetSettled(now: number): void {
    const kept = this.#settled.findIndex(({ at }) => at > now - REMEMBERED_MS);
    for (const { known } of this.#settled.splice(0, kept < 0 ? this.#settled.length : kept)) {
      this.texts.delete(known.number);
    }
    this.#forgetAt = Math.max(FEW_REMEMBERED, this.#settled.length * 2);
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
    this.#events.clear();
    for (const [sequence, mark, number, fingerprint] of snapshot.events) {
      this.#events.set(sequence, { number, mark, fingerprint });
    }
    restoreMap(this.markers, snapshot.markers);
    restoreMap(this.texts, snapshot.texts);
  }
}

function restoreMap<Key, Value>(map: Map<Key, Value>, entries: Iterable<readonly [Key, Value]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
