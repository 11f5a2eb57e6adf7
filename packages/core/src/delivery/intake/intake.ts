import { SiemError } from "../../errors.ts";
import type { Acceptance } from "./accept-event.ts";
import { acceptObject } from "./accept-event.ts";
import type { AcceptedTexts, EventTexts } from "./accept-bytes.ts";
import { acceptBytes, acceptByText, acceptTexts } from "./accept-bytes.ts";
import type { AuditRecordCounts, AuditRecordIntake } from "./accept-audit-record.ts";
import type { Clock } from "../../clock.ts";
import type { IntakeRules, Validation } from "./intake-rules.ts";
import type { EventError } from "./event-error.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { DestinationQueue } from "../pipeline/destination-queue.ts";
import type { WriteBatch } from "../queue/queue-store.ts";
import type { CapacityOptions, Placement, Run } from "./capacity.ts";
import { Capacity } from "./capacity.ts";
import { WaitingPublishes } from "./waiting-publishes.ts";

/** Result of a publish. */
export interface PublishResult {
  /** Number of events that are in every queue they belong to. */
  readonly accepted: number;
  readonly rejected: readonly RejectedEvent[];
}

/** A refused event, with every reason. */
export interface RejectedEvent {
  /** Index among the published events. */
  readonly index: number;
  readonly errors: readonly EventError[];
}

/** Options of one publish. */
export interface PublishOptions {
  /** Waits while a queue is full, whatever the destination's `overflow` says, unless the destination is stuck. */
  readonly waitForCapacity?: boolean;
  /** How strictly these events are checked. Default: the host's setting. */
  readonly validation?: Validation;
  /** Whether these events are repaired. Default: the host's setting. */
  readonly repair?: boolean;
}

export interface IntakeOptions extends CapacityOptions {
  readonly clock: Clock;
  readonly rules: IntakeRules;
  readonly auditRecordIntake: AuditRecordIntake;
  /** Returns the queues of an organisation's events. The array is the same until the route changes. */
  readonly routeOf: (orgId: string | null) => readonly DestinationQueue[];
  /** Told of events once they are in their queues. Must be quick, and must not throw. */
  readonly onAccepted?: (records: readonly AcceptedEvent[]) => void;
}

/** Item type of each form of publish whose items are checked one by one. Texts hold one JSON object each. */
interface Given {
  readonly events: unknown;
  readonly "audit records": unknown;
  readonly "audit record texts": string;
}

export type PublishedForm = keyof Given;

type Accept<One> = (one: One, now: number, rules: IntakeRules) => Acceptance;

type LateOf = (placement: Placement) => readonly DestinationQueue[];

type Accepting = { readonly [Form in PublishedForm]: Accept<Given[Form]> };

/** Checks events, gives them ids, and appends them to the queues of their destinations. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #accepting: Accepting;
  readonly #rejected = new Map<string, number>();
  #accepted = 0;
  #repaired = 0;
  readonly #waiting: WaitingPublishes;
  /** Publishes past every check. */
  readonly #committing = new Set<Promise<void>>();
  #closed = false;

  constructor(options: IntakeOptions) {
    const { acceptAuditRecord, acceptAuditRecordText } = options.auditRecordIntake;
    this.#options = options;
    this.#accepting = {
      events: acceptObject,
      "audit records": acceptAuditRecord,
      "audit record texts": acceptAuditRecordText,
    };
    this.#waiting = new WaitingPublishes(new Capacity(options), options.clock);
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** Number of accepted events that were repaired. */
  get repaired(): number {
    return this.#repaired;
  }

  get auditRecordCounts(): AuditRecordCounts {
    return this.#options.auditRecordIntake.counts();
  }

  /** Number of refused events, by the code of their first error. */
  get rejected(): ReadonlyMap<string, number> {
    return this.#rejected;
  }

  /**
   * Refuses further publishes. Resolves once every accepted publish is in its queues, so that a stop does not miss it.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.#waiting.close(hostStopped());
    await this.committed();
  }

  /** Resolves once every publish past every check by now is in its queues. */
  async committed(): Promise<void> {
    await Promise.allSettled(this.#committing);
  }

  /** Checks items and resolves once all valid ones are in the queues. */
  publish<Form extends PublishedForm>(
    form: Form,
    given: readonly Given[Form][],
    options?: PublishOptions,
  ): Promise<PublishResult> {
    return this.#publish((now, rules) => this.#acceptAll(form, given, now, rules), options);
  }

  /** Checks events given as JSON texts and resolves once all valid ones are in the queues. */
  publishTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#publish((now, rules) => acceptTexts(texts, now, rules), options);
  }

  /** Checks events given as bytes and resolves once all valid ones are in the queues. */
  publishBytes(texts: EventTexts, options?: PublishOptions): Promise<PublishResult> {
    return this.#publish((now, rules) => acceptBytes(texts, now, rules), options);
  }

  publishAuditRecordBytes(texts: EventTexts, options?: PublishOptions): Promise<PublishResult> {
    const { acceptAuditRecordText } = this.#options.auditRecordIntake;
    return this.#publish(
      (now, rules) => acceptByText(texts, (json) => acceptAuditRecordText(json, now, rules)),
      options,
    );
  }

  #acceptAll<Form extends PublishedForm>(
    form: Form,
    given: readonly Given[Form][],
    now: number,
    rules: IntakeRules,
  ): AcceptedTexts {
    const accept: Accept<Given[Form]> = this.#accepting[form];
    const records: AcceptedEvent[] = [];
    const rejected: RejectedEvent[] = [];
    let repaired = 0;
    for (const [index, event] of given.entries()) {
      const acceptance = accept(event, now, rules);
      if ("errors" in acceptance) {
        rejected.push({ index, errors: acceptance.errors });
        continue;
      }
      records.push(acceptance.record);
      if (acceptance.isRepaired) repaired++;
    }
    return { records, rejected, repaired };
  }

  async #publish(
    acceptAll: (now: number, rules: IntakeRules) => AcceptedTexts,
    { waitForCapacity = false, ...judging }: PublishOptions = {},
  ): Promise<PublishResult> {
    this.#assertOpen();
    const { clock, rules } = this.#options;
    const { records, rejected, repaired } = acceptAll(clock.now(), { ...rules, ...judging });
    if (records.length > 0) await this.#append(records, waitForCapacity);
    this.#accepted += records.length;
    this.#repaired += repaired;
    for (const { errors } of rejected) this.#countRejected(errors);
    return { accepted: records.length, rejected };
  }

  /** Appends events that were accepted before to one more queue, once it has capacity. */
  async give(records: readonly AcceptedEvent[], destinationQueue: DestinationQueue): Promise<void> {
    this.#assertOpen();
    await this.#reserveAndCommit([{ records: [...records], destinationQueues: [destinationQueue] }], true, () => []);
  }

  async #append(records: readonly AcceptedEvent[], waitForCapacity: boolean): Promise<void> {
    const runs = this.#runsOfOneRoute(records);
    await this.#reserveAndCommit(runs, waitForCapacity, (placement) => this.#lateQueues(placement));
    this.#options.onAccepted?.(records);
  }

  /** `lateOf` returns the queues that an event's route got since it was chosen. */
  async #reserveAndCommit(runs: readonly Run[], waitForCapacity: boolean, lateOf: LateOf): Promise<void> {
    const reservation = await this.#waiting.reserve(runs, waitForCapacity);
    try {
      this.#assertOpen();
      const committing = this.#commit(reservation.placements, lateOf);
      this.#committing.add(committing);
      await committing.finally(() => this.#committing.delete(committing));
    } finally {
      this.#waiting.giveBack(reservation);
    }
  }

  /** Runs once no queue refuses. A destination removed meanwhile gets nothing more. */
  async #commit(placements: readonly Placement[], lateOf: LateOf): Promise<void> {
    // Before anything is appended: if these cannot be written, nothing was accepted.
    for (const { records, cut } of placements) {
      for (const { destinationQueue, fitting } of cut) {
        if (!destinationQueue.isClosed) await destinationQueue.overflowed(records.slice(fitting));
      }
    }
    const writeBatches: WriteBatch[] = [];
    for (const placement of placements) {
      const { records, whole, cut } = placement;
      for (const { destinationQueue, fitting } of cut) {
        if (destinationQueue.isClosed || fitting === 0) continue;
        writeBatches.push({ records: records.slice(0, fitting), queues: [destinationQueue.queue] });
      }
      const late = lateOf(placement);
      const open = (late.length === 0 ? whole : [...whole, ...late]).filter(({ isClosed }) => !isClosed);
      if (open.length > 0) writeBatches.push({ records, queues: open.map(({ queue }) => queue) });
    }
    await this.#options.store.append(writeBatches);
  }

  /**
   * Returns the queues of destinations opened while the publish waited. So every event gets into a new destination's
   * queue, or was in the store before that destination looks at what is held.
   */
  #lateQueues({ records, route, whole, cut }: Placement): readonly DestinationQueue[] {
    const [record] = records;
    const now = record === undefined ? route : this.#options.routeOf(record.orgId);
    if (now === route) return [];
    const known = new Set([...whole, ...cut.map(({ destinationQueue }) => destinationQueue)]);
    return now.filter((destinationQueue) => !known.has(destinationQueue));
  }

  /** Groups adjacent events with the same destinations, so that each queue gets its events in order. */
  #runsOfOneRoute(records: readonly AcceptedEvent[]): readonly Run[] {
    const { routeOf } = this.#options;
    const runs: Run[] = [];
    let current: Run | undefined;
    for (const record of records) {
      const destinationQueues = routeOf(record.orgId);
      if (current?.destinationQueues !== destinationQueues) {
        current = { records: [], destinationQueues };
        runs.push(current);
      }
      current.records.push(record);
    }
    return runs;
  }

  #countRejected(errors: readonly EventError[]): void {
    const code = errors[0]?.code ?? "unknown";
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
  }

  #assertOpen(): void {
    if (this.#closed) throw hostStopped();
  }
}

function hostStopped(): SiemError {
  return new SiemError("SIEM_HOST_STOPPED", "The host is stopping and takes no more events.");
}
