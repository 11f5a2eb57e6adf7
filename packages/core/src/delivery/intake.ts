import { SiemError } from "../errors.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptObject, acceptText } from "./accept-event.ts";
import type { RecordCounts, RecordDoor } from "./accept-record.ts";
import type { Clock } from "./clock.ts";
import type { Door, Validation } from "./door.ts";
import type { EventError } from "./event-error.ts";
import type { EventRecord } from "./event-record.ts";
import type { Lane } from "./lane.ts";
import type { Parcel } from "./queue-store.ts";
import type { Reservation, RoomOptions } from "./room.ts";
import { newReservation, Room } from "./room.ts";

/** What became of published events. */
export interface PublishResult {
  /** Events that are safe in every queue they belong to. */
  readonly accepted: number;
  readonly rejected: readonly RejectedEvent[];
}

export interface RejectedEvent {
  /** Position among the published events. */
  readonly index: number;
  readonly errors: readonly EventError[];
}

export interface PublishOptions {
  /** Wait while a queue is full, whatever the destination's `overflow` says, unless the destination is stuck. */
  readonly waitForRoom?: boolean;
  /** How closely these events are looked at, instead of the host's setting. */
  readonly validation?: Validation;
  /** Whether these events are repaired, instead of the host's setting. */
  readonly repair?: boolean;
}

export interface IntakeOptions extends RoomOptions {
  readonly clock: Clock;
  readonly door: Door;
  readonly recordDoor: RecordDoor;
  /** The destinations that an organisation's events go to; the same array for the same answer. */
  readonly routeOf: (orgId: string | null) => readonly Lane[];
}

interface Run {
  readonly records: EventRecord[];
  readonly lanes: readonly Lane[];
}

/** Where the events of a run go: to some destinations whole, to others as far as there is room. */
interface Placement {
  readonly records: readonly EventRecord[];
  readonly whole: Lane[];
  readonly cut: { readonly lane: Lane; readonly fitting: number }[];
}

/** The door: checks events, gives them an identity, and puts them into the queues of their destinations. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #rejected = new Map<string, number>();
  #accepted = 0;
  #repaired = 0;
  readonly #room: Room;
  /** Publishes that nothing refuses any more. */
  readonly #committing = new Set<Promise<void>>();
  #closed = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#room = new Room(options);
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** Accepted events in which something was filled in. */
  get repaired(): number {
    return this.#repaired;
  }

  get recordCounts(): RecordCounts {
    return this.#options.recordDoor.counts();
  }

  /** How many events were refused, by the code of their first error. */
  get rejected(): ReadonlyMap<string, number> {
    return this.#rejected;
  }

  /** Takes no more. Resolves once every publish that was taken is in its queues: a stop must not miss it. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.committed();
  }

  /** Resolves once every publish that nothing refuses any more by now is in its queues. */
  async committed(): Promise<void> {
    await Promise.allSettled(this.#committing);
  }

  /** Publishes events given as objects. */
  publish(events: readonly unknown[], options?: PublishOptions): Promise<PublishResult> {
    return this.#take(events, acceptObject, options);
  }

  /** Publishes events given as JSON texts, one object each. */
  publishTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#take(texts, acceptText, options);
  }

  /** Publishes audit records of the platform given as objects. */
  publishRecords(records: readonly unknown[], options?: PublishOptions): Promise<PublishResult> {
    return this.#take(records, this.#options.recordDoor.acceptRecord, options);
  }

  /** Publishes audit records of the platform given as JSON texts, one object each. */
  publishRecordTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#take(texts, this.#options.recordDoor.acceptRecordText, options);
  }

  async #take<Given>(
    given: readonly Given[],
    accept: (event: Given, now: number, door: Door) => Acceptance,
    { waitForRoom = false, ...judging }: PublishOptions = {},
  ): Promise<PublishResult> {
    this.#assertOpen();
    const records: EventRecord[] = [];
    const rejected: RejectedEvent[] = [];
    const now = this.#options.clock.now();
    const door = { ...this.#options.door, ...judging };
    let repaired = 0;
    for (const [index, event] of given.entries()) {
      const acceptance = accept(event, now, door);
      if ("errors" in acceptance) {
        rejected.push({ index, errors: acceptance.errors });
        continue;
      }
      records.push(acceptance.record);
      if (acceptance.isRepaired) repaired++;
    }
    if (records.length > 0) await this.#append(records, waitForRoom);
    this.#accepted += records.length;
    this.#repaired += repaired;
    for (const { errors } of rejected) this.#countRejected(errors);
    return { accepted: records.length, rejected };
  }

  async #append(records: readonly EventRecord[], waitForRoom: boolean): Promise<void> {
    const reservation = newReservation();
    try {
      await this.#appendWithin(reservation, records, waitForRoom);
    } finally {
      this.#room.giveBack(reservation);
    }
  }

  async #appendWithin(reservation: Reservation, records: readonly EventRecord[], waitForRoom: boolean): Promise<void> {
    const placements: Placement[] = [];
    for (const { records: run, lanes } of this.#runsOfOneRoute(records)) {
      const placement: Placement = { records: run, whole: [], cut: [] };
      placements.push(placement);
      reservation.runBytes = 0;
      for (const lane of lanes) {
        const fitting = await this.#makeRoom(lane, run, reservation, waitForRoom);
        if (fitting === run.length) placement.whole.push(lane);
        else placement.cut.push({ lane, fitting });
      }
    }
    this.#assertOpen();
    const committing = this.#commit(placements);
    this.#committing.add(committing);
    try {
      await committing;
    } finally {
      this.#committing.delete(committing);
    }
  }

  /** Only now that no queue refuses. A destination that was removed meanwhile gets nothing more. */
  async #commit(placements: readonly Placement[]): Promise<void> {
    const parcels: Parcel[] = [];
    const overflowing: { readonly lane: Lane; readonly records: readonly EventRecord[] }[] = [];
    for (const { records, whole, cut } of placements) {
      for (const { lane, fitting } of cut) {
        if (lane.isClosed) continue;
        overflowing.push({ lane, records: records.slice(fitting) });
        if (fitting > 0) parcels.push({ records: records.slice(0, fitting), queues: [lane.queue] });
      }
      const open = whole.filter(({ isClosed }) => !isClosed);
      if (open.length > 0) parcels.push({ records, queues: open.map(({ queue }) => queue) });
    }
    // Before anything is appended: if they cannot be written, nothing was accepted.
    for (const { lane, records } of overflowing) await lane.overflowed(records);
    await this.#options.store.append(parcels);
  }

  /** Neighbours with the same destinations, so that each queue gets its events in the order in which they came. */
  #runsOfOneRoute(records: readonly EventRecord[]): readonly Run[] {
    const { routeOf } = this.#options;
    const runs: Run[] = [];
    let current: Run | undefined;
    for (const record of records) {
      const lanes = routeOf(record.orgId);
      if (current?.lanes !== lanes) {
        current = { records: [], lanes };
        runs.push(current);
      }
      current.records.push(record);
    }
    return runs;
  }

  /** How many of the events, from the first on, the queue may take. Throws when it is full and set to `reject`. */
  async #makeRoom(
    lane: Lane,
    records: readonly EventRecord[],
    reservation: Reservation,
    waitForRoom: boolean,
  ): Promise<number> {
    while (!lane.isClosed) {
      const { overflow } = lane.delivery;
      const fitting = this.#room.fitting(lane, records, reservation);
      if (fitting === records.length) return this.#room.reserve(reservation, lane, records, fitting);
      if (overflow === "block" || (waitForRoom && !lane.isStuck)) {
        // More than the whole queue may hold could otherwise never pass.
        if (lane.queue.size === 0) return this.#room.reserve(reservation, lane, records, records.length);
        await lane.whenRoom();
        this.#assertOpen();
      } else if (overflow === "reject") {
        throw new SiemError(
          "SIEM_QUEUE_FULL",
          `The queue of destination "${lane.destinationId}" is full; try again later.`,
        );
      } else return this.#room.reserve(reservation, lane, records, fitting);
    }
    // It wants none of them any more, and takes no room.
    return records.length;
  }

  #countRejected(errors: readonly EventError[]): void {
    const code = errors[0]?.code ?? "unknown";
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
  }

  #assertOpen(): void {
    if (this.#closed) throw new SiemError("SIEM_HOST_STOPPED", "The host is stopping and takes no more events.");
  }
}
