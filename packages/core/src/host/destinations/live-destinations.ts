import { setMaxListeners } from "node:events";
import type { CheckReport } from "../../connector/check-report.ts";
import { runCheck } from "../../delivery/transmit/run-check.ts";
import { createAccount } from "../../delivery/pipeline/account.ts";
import { totalOf } from "../../delivery/queue/delivery-counts.ts";
import type { Transmitter } from "../../delivery/transmit/transmitter.ts";
import { DestinationQueue } from "../../delivery/pipeline/destination-queue.ts";
import { REMOVED } from "../../delivery/pipeline/leftover.ts";
import type { OrgDeadLetters } from "../../delivery/dead-letters/dead-letter-budget.ts";
import { createDeadLetterBudget } from "../../delivery/dead-letters/dead-letter-budget.ts";
import { createDeadLetterOwners } from "../../delivery/dead-letters/owned-dead-letters.ts";
import type { OrgShares } from "../../delivery/queue/org-share.ts";
import { createOrgShares } from "../../delivery/queue/org-share.ts";
import type { Expiring, Queue } from "../../delivery/queue/queue-store.ts";
import type { HostRedaction } from "../../redaction/redact-rule.ts";
import { SiemError } from "../../errors.ts";
import type { WaitingCounts, WaitingDeadLetters } from "../../delivery/dead-letters/waiting-dead-letters.ts";
import { createWaitingDeadLetters } from "../../delivery/dead-letters/waiting-dead-letters.ts";
import { describeFailure } from "../../transport/classify-failure.ts";
import type { AcceptedEvent } from "../../event/accepted-event.ts";
import type { ShownReport, ShownStep } from "../workers/recorded-check.ts";
import type { OpenTransmitter } from "../workers/recorded-transmitter.ts";
import type { Transmitters } from "../workers/transmitters.ts";
import type { Attempt } from "./attempt-log.ts";
import type { DestinationCounters } from "./destination-counters.ts";
import { countersOf } from "./destination-counters.ts";
import type { Taps } from "../taps/taps.ts";
import type { Explanation } from "./explain.ts";
import { explain } from "./explain.ts";
import type { FindUnopened } from "./expiring-events.ts";
import { deadLetterExpiring, whyWaiting } from "./expiring-events.ts";
import type { Trial } from "./send-trial.ts";
import { sendTrial } from "./send-trial.ts";
import { deadLetterFilesIn, deadLetterPathsOf } from "./dead-letter-path.ts";
import type { DeadLetterMeans } from "./destination-dead-letters.ts";
import type { Destination, DestinationStatus } from "../config/destination.ts";
import type { HeldStarts, HeldStartsOptions } from "./held-starts.ts";
import { createHeldStarts } from "./held-starts.ts";
import type { InOrder } from "./in-order.ts";
import { createInOrder } from "./in-order.ts";
import type { Kept, KeptEvents } from "./kept-destinations.ts";
import { deadLetterAtStop, KeptDestinations } from "./kept-destinations.ts";
import type { LiveDestination } from "./live-destination.ts";
import { prepareDestination } from "./live-destination.ts";
import { openedInTime } from "./opened-in-time.ts";
import type { Routes } from "./routes.ts";
import type { BaseParts } from "../parts.ts";
import type { QueueLoan } from "./queue-loan.ts";
import { lendQueue } from "./queue-loan.ts";
import type { Streams } from "./streams.ts";
import { createStreams } from "./streams.ts";
import { createSharedDeadLetters } from "./shared-dead-letters.ts";

export interface LiveDestinationsOptions {
  readonly parts: BaseParts;
  readonly routes: Routes;
  readonly transmitters: Transmitters;
  readonly redaction: HostRedaction;
  readonly taps: Taps;
  readonly deadLetterPath: string | undefined;
  readonly deadLetterRetentionMs: number | undefined;
  readonly maxDeadLetterBytesPerOrg: number;
  /** Resolves once every publish under way has appended its events to the queues it chose. */
  readonly whenCommitted: () => Promise<void>;
  readonly give: HeldStartsOptions["give"];
}

/** What happens to the events of a removed destination. */
export interface RemoveOptions {
  /**
   * What happens to waiting events. `deliver` delivers until the deadline and dead-letters the rest, stage `removed`.
   * `dead-letter` dead-letters all at once. `keep` leaves them in the queue for a later `open` of the same id.
   */
  readonly leftover: "deliver" | "dead-letter" | "keep";
  /** Deadline of `deliver` in milliseconds. Default 25 s. */
  readonly deadlineMs?: number;
}

/** An open destination. */
interface Entry {
  readonly destinationQueue: DestinationQueue;
  live: LiveDestination;
  /** Settles once expiring events under way are settled, or went back. */
  expiring?: Promise<unknown>;
}

/** Time limit of opening a destination for a check only: a person waits. */
const OPEN_TIMEOUT_MS = 15_000;
/** Time limit of a trial: a person waits. */
const TRIAL_TIMEOUT_MS = 30_000;
const REMOVE_DEADLINE_MS = 25_000;
/** Time that attempts under way get when a destination is replaced. Most end within it. */
const GRACE_MS = 500;

/** The destinations of a host. Each is opened, replaced and removed without affecting another. */
export class LiveDestinations {
  readonly #routes: Routes;
  readonly #options: LiveDestinationsOptions;
  readonly #means: DeadLetterMeans;
  readonly #entries = new Map<string, Entry>();
  readonly #kept: KeptDestinations;
  readonly #shares: OrgShares;
  readonly #streams: Streams;
  readonly #heldStarts: HeldStarts;
  readonly #changes: InOrder = createInOrder();
  /** Replaced configurations being closed. */
  readonly #closings = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #waitingDeadLetters: WaitingDeadLetters;

  constructor(options: LiveDestinationsOptions) {
    const { parts, redaction, taps, deadLetterPath, deadLetterRetentionMs } = options;
    this.#options = options;
    this.#routes = options.routes;
    // Every destination being opened adds a listener. Node would warn of a leak.
    setMaxListeners(0, this.#stop.signal);
    const { deadLetterStore } = parts;
    const deadLetters = createSharedDeadLetters((path, rotateBytes) => {
      if (deadLetterStore !== undefined) return { ...deadLetterStore.deadLetters, close: async () => undefined };
      return parts.openDeadLetters(path, deadLetterRetentionMs, rotateBytes);
    });
    const ownedIn = createDeadLetterOwners();
    const deadLetterBudget = createDeadLetterBudget({
      maxBytes: options.maxDeadLetterBytesPerOrg,
      owned: async () => deadLetterStore?.owned() ?? ownedIn(await deadLetterFilesIn(deadLetterPath)),
      clock: parts.clock,
    });
    this.#streams = createStreams(parts);
    const { give, whenCommitted } = options;
    const { queueStore, clock, logger } = parts;
    this.#heldStarts = createHeldStarts({ queueStore, clock, logger, give, whenCommitted });
    const streams = this.#streams;
    this.#means = { parts, redaction, taps, deadLetters, deadLetterPath, deadLetterBudget, streams };
    this.#shares = createOrgShares((orgId) => deadLetterBudget.isFull(orgId));
    this.#kept = new KeptDestinations(this.#means);
    this.#waitingDeadLetters =
      deadLetterStore ?? createWaitingDeadLetters(() => deadLetterPathsOf(this.#destinations(), deadLetterPath));
  }

  open(destination: Destination): Promise<void> {
    return this.#change(destination.id, async () => {
      const { id, orgId = null } = destination;
      if (this.#entries.has(id)) {
        const message = `Destination "${id}" is open already; replace it, or give the new one another id.`;
        throw new SiemError("SIEM_DESTINATION_EXISTS", message);
      }
      assertSameOrg(this.#kept.get(id)?.destination, destination);
      this.#heldStarts.assertPossible(destination);
      const entry = await this.#entryFor(destination, await this.#openTransmitter(destination));
      this.#kept.delete(id);
      this.#entries.set(id, entry);
      try {
        await this.#heldStarts.promise(destination, entry.destinationQueue);
        entry.live.start();
        this.#routes.add(entry.destinationQueue, orgId);
        await this.#heldStarts.begin(destination, entry.destinationQueue);
      } catch (error) {
        await this.#withdraw(entry);
        await entry.live.pipeline.handOver(0);
        await this.#letGo(entry, false);
        throw error;
      }
    });
  }

  replace(destination: Destination): Promise<void> {
    return this.#change(destination.id, async () => {
      const entry = this.#entryOf(destination.id);
      assertSameOrg(entry.live.destination, destination);
      const next = await this.#successorOf(entry, destination);
      await entry.live.pipeline.handOver(GRACE_MS);
      this.#takeOver(entry, next);
    });
  }

  /**
   * Lends the queue of a destination, which sends nothing until `use` settles. Changes of the destination wait. Rejects
   * if the destination could not be opened again afterwards; nothing is changed then.
   */
  lend<Result>(id: string, use: (loan: QueueLoan) => Promise<Result>): Promise<Result> {
    return this.#change(id, async () => {
      const entry = this.#entryOf(id);
      const { live: previous, destinationQueue } = entry;
      const next = await this.#successorOf(entry, previous.destination);
      await previous.pipeline.handOver(GRACE_MS);
      const { clock, queueStore } = this.#options.parts;
      const loan = lendQueue({ live: previous, destinationQueue, queueStore, clock, signal: this.#stop.signal });
      try {
        return await use(loan);
      } finally {
        loan.end();
        this.#takeOver(entry, next);
      }
    });
  }

  /** Removes a destination and resolves to its last status. */
  remove(id: string, { leftover, deadlineMs = REMOVE_DEADLINE_MS }: RemoveOptions): Promise<DestinationStatus> {
    return this.#change(id, async () => {
      const kept = this.#kept.get(id);
      if (kept !== undefined) return this.#removeKept(kept, leftover);
      const entry = this.#entryOf(id);
      const { live } = entry;
      await this.#withdraw(entry);
      if (leftover !== "keep") await this.#heldStarts.drop(id);
      if (leftover !== "keep") await live.endStream(leftover === "deliver" ? deadlineMs : 0);
      if (leftover === "deliver") await live.pipeline.drain(deadlineMs);
      else await live.pipeline.handOver(leftover === "keep" ? GRACE_MS : 0);
      try {
        if (leftover !== "keep") await live.deadLetterRest(REMOVED.stage, REMOVED.reason);
      } finally {
        // Accepted events that cannot be dead-lettered are kept.
        await this.#letGo(entry, leftover !== "keep");
      }
      return live.status();
    });
  }

  /**
   * Dead-letters what is queued for a destination that is not open, stage `removed`. Resolves to the number of events; to
   * 0 if it is open.
   */
  deadLetterLeftover(destination: Destination): Promise<number> {
    return this.#change(destination.id, async () => {
      if (this.#entries.has(destination.id)) return 0;
      const queue = await this.#options.parts.queueStore.open(destination.id);
      const { account } = this.#kept.get(destination.id) ?? { account: createAccount(queue) };
      const before = totalOf(account.counts.deadLettered);
      await this.#settleKept({ destination, queue, account });
      return totalOf(account.counts.deadLettered) - before;
    });
  }

  /**
   * Dead-letters the events that the store will soon delete, of destinations open or not. Rejects if some stay queued for
   * now.
   */
  async deadLetterExpiring(unopened: FindUnopened): Promise<void> {
    await this.#options.parts.queueStore.giveExpiring?.((expiring) => this.#settleExpiring(expiring, unopened));
  }

  /** Runs the check of a destination; undefined if it is not open. */
  async check(id: string): Promise<CheckReport | undefined> {
    return this.#entries.get(id)?.live.pipeline.check();
  }

  /** Opens a destination, runs its check and closes it. */
  async checkUnopened(destination: Destination, onStep?: (step: ShownStep) => void): Promise<ShownReport> {
    this.#assertRunning();
    let transmitter: OpenTransmitter;
    try {
      transmitter = await this.#openBriefly(destination);
    } catch (error) {
      const step = { name: "open", status: "failed", detail: describeFailure(error) } as const;
      onStep?.(step);
      return { steps: [step] };
    }
    try {
      return await runCheck(transmitter, this.#stop.signal, onStep);
    } finally {
      await transmitter.close();
    }
  }

  /** Opens a destination, sends one event in one attempt, past its queue and account, and closes it. */
  async sendTrial(destination: Destination, record: AcceptedEvent): Promise<Trial> {
    this.#assertRunning();
    const transmitter = await this.#openBriefly(destination);
    const stop = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TRIAL_TIMEOUT_MS)]);
    try {
      return await sendTrial(destination, record, { transmitter, clock: this.#options.parts.clock, stop });
    } finally {
      await transmitter.close();
    }
  }

  /** Tells what would happen to an event at a destination, which need not be open. Nothing is sent. */
  async explain(destination: Destination, record: AcceptedEvent): Promise<Explanation> {
    this.#assertRunning();
    const { parts, transmitters } = this.#options;
    const stop = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TRIAL_TIMEOUT_MS)]);
    return explain(destination, record, {
      shape: transmitters.shapeOf(destination),
      openDry: () => transmitters.openDry(destination, stop),
      clock: parts.clock,
      stop,
    });
  }

  /** Returns the last attempts of an open destination, newest first. */
  attemptsOf(id: string): readonly Attempt[] {
    return this.#entries.get(id)?.live.attempts() ?? [];
  }

  /** Opens a destination and closes it again. Throws if it cannot be opened. */
  async tryOpen(destination: Destination): Promise<void> {
    this.#assertRunning();
    const transmitter = await this.#openBriefly(destination);
    await transmitter.close();
  }

  /** Returns the size and limit of an organisation's dead letters, including those of removed destinations. */
  deadLettersOf(orgId: string): Promise<OrgDeadLetters> {
    return this.#means.deadLetterBudget.deadLettersOf(orgId);
  }

  /** Visits the running counters of every open destination, without copying them. */
  forEachCounters(visit: (counters: DestinationCounters) => void): void {
    for (const [id, { destinationQueue, live }] of this.#entries) {
      const { account, queue } = destinationQueue;
      visit({ id, orgId: live.destination.orgId ?? null, queued: queue.size, ...countersOf(account) });
    }
  }

  statuses(): readonly DestinationStatus[] {
    return [...this.#entries.values()].map(({ live }) => live.status());
  }

  statusOf(id: string): DestinationStatus | undefined {
    const kept = this.#kept.get(id);
    return kept === undefined ? this.#entries.get(id)?.live.status() : this.#kept.statusOf(kept);
  }

  /** Returns the statuses of removed destinations whose events are kept. */
  keptStatuses(): readonly DestinationStatus[] {
    return this.#kept.statuses();
  }

  destinationOf(id: string): Destination | undefined {
    return this.#entries.get(id)?.live.destination;
  }

  /** Counts dead letters neither replayed nor purged, including those of removed destinations. */
  waitingDeadLetters(): Promise<WaitingCounts> {
    return this.#waitingDeadLetters.counts();
  }

  /** Sends without waiting for full batches. Resolves when every destination has settled its events or is stuck. */
  async settled(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.#settled(id)));
  }

  /** Stops every destination, each after its change under way. Refuses later changes. */
  async stop(deadlineMs: number): Promise<void> {
    const { clock } = this.#options.parts;
    this.#stop.abort(hostStopped());
    await this.#heldStarts.close();
    // The events of a memory queue have no other place to go.
    if (!this.#options.parts.queueStore.durable) this.#means.deadLetterBudget.lift();
    const endsAt = clock.elapsed() + deadlineMs;
    const cancelDeadline = clock.after(deadlineMs, () => this.abort());
    if (deadlineMs <= 0) this.abort();
    const stopOne = (id: string) => this.#changes.run(id, () => this.#stopOne(id, endsAt - clock.elapsed()));
    await Promise.all([...this.#entries.keys()].map(stopOne));
    cancelDeadline();
    await this.#changes.allIdle();
    await Promise.all(this.#closings);
    await this.#kept.stop();
    await this.#streams.closeAll();
  }

  /** Returns the newest checkpoints of a destination, newest first; undefined if it has no stream. */
  async checkpointsOf(id: string, limit: number): Promise<readonly unknown[] | undefined> {
    const checkpoints = await this.#streams.find(id)?.checkpoints(limit);
    return checkpoints?.map((text): unknown => JSON.parse(text));
  }

  /** Aborts everything under way. */
  abort(): void {
    for (const { live } of this.#entries.values()) live.pipeline.abort();
  }

  #change<Result>(id: string, change: () => Promise<Result>): Promise<Result> {
    return this.#changes.run(id, () => {
      this.#assertRunning();
      return change();
    });
  }

  #openTransmitter(destination: Destination): Promise<Transmitter> {
    const { parts, transmitters } = this.#options;
    const opening = (stop: AbortSignal) => transmitters.open(destination, stop);
    return openedInTime(destination, { clock: parts.clock, stop: this.#stop.signal, opening });
  }

  #openBriefly(destination: Destination): Promise<OpenTransmitter> {
    const stop = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]);
    return this.#options.transmitters.openHere(destination, stop);
  }

  /** Opens the queue of a destination with a pipeline not yet started. On failure nothing stays open. */
  async #entryFor(destination: Destination, transmitter: Transmitter): Promise<Entry> {
    const { id, orgId = null } = destination;
    let queue: Queue | undefined;
    try {
      queue = await this.#options.parts.queueStore.open(id);
      await this.#streams.open(destination);
      this.#assertRunning();
      const account = this.#kept.get(id)?.account ?? createAccount(queue);
      const destinationQueue = new DestinationQueue({
        destinationId: id,
        queue,
        account,
        share: this.#shares.join(orgId, queue),
      });
      return { destinationQueue, live: prepareDestination(destination, destinationQueue, transmitter, this.#means) };
    } catch (error) {
      await transmitter.close();
      if (queue !== undefined && this.#kept.get(id) === undefined) this.#forget(destination, queue, false);
      throw error;
    }
  }

  async #successorOf({ destinationQueue }: Entry, destination: Destination): Promise<LiveDestination> {
    const transmitter = await this.#openTransmitter(destination);
    try {
      await this.#streams.open(destination);
      this.#assertRunning();
      return prepareDestination(destination, destinationQueue, transmitter, this.#means);
    } catch (error) {
      await transmitter.close();
      throw error;
    }
  }

  /** Starts the successor of a pipeline that has ended. Only a stop waits until the old one is closed. */
  #takeOver(entry: Entry, next: LiveDestination): void {
    const previous = entry.live;
    entry.live = next;
    next.start();
    const closing = this.#close(previous).finally(() => this.#closings.delete(closing));
    this.#closings.add(closing);
  }

  /** Takes a destination out of the routes. Resolves once nothing more goes into its queue. */
  async #withdraw({ destinationQueue, live: { destination } }: Entry): Promise<void> {
    this.#routes.remove(destinationQueue, destination.orgId ?? null);
    destinationQueue.close();
    await this.#options.whenCommitted();
    await this.#heldStarts.ended(destination.id);
  }

  async #letGo(entry: Entry, isForGood: boolean): Promise<void> {
    const { destinationQueue, live } = entry;
    const { destination } = live;
    const { queue, account } = destinationQueue;
    await this.#close(live);
    for (let waited: unknown; waited !== entry.expiring; ) {
      waited = entry.expiring;
      await waited;
    }
    this.#entries.delete(destination.id);
    if (queue.size > 0) this.#kept.add({ destination, queue, account, status: live.status() });
    else await this.#streams.close(destination.id);
    this.#forget(destination, queue, isForGood);
  }

  /** Removes the entry: nothing takes from its queue any more. The queued events still count. */
  #forget({ id, orgId = null }: Destination, queue: Queue, isForGood: boolean): void {
    if (queue.size === 0) this.#shares.leave(orgId, queue);
    this.#options.parts.queueStore.forget(id, isForGood);
  }

  async #removeKept(kept: Kept, leftover: RemoveOptions["leftover"]): Promise<DestinationStatus> {
    if (leftover !== "keep") {
      const queue = await this.#options.parts.queueStore.open(kept.destination.id);
      await this.#settleKept({ ...kept, queue });
    }
    return this.#kept.statusOf(kept);
  }

  /** Dead-letters the events of a queue that was opened for it. On failure they stay kept, and this throws. */
  async #settleKept(kept: KeptEvents): Promise<void> {
    const { destination, queue } = kept;
    try {
      await this.#kept.deadLetter(kept);
      await this.#streams.close(destination.id);
      await this.#heldStarts.drop(destination.id);
      this.#kept.delete(destination.id);
    } finally {
      this.#forget(destination, queue, true);
    }
  }

  async #settleExpiring(expiring: Expiring, unopened: FindUnopened): Promise<void> {
    const { destinationId: id } = expiring;
    this.#assertRunning();
    const entry = this.#entries.get(id);
    // A change of an open destination may take as long as a replay; its queue and its account stay the same.
    if (entry !== undefined) return this.#expireOpen(entry, expiring);
    const other = await unopened(id);
    return this.#change(id, () => {
      const opened = this.#entries.get(id);
      if (opened !== undefined) return this.#expireOpen(opened, expiring);
      const { destination = other.destination, account = createAccount(expiring.queue) } = this.#kept.get(id) ?? {};
      return deadLetterExpiring(expiring, { ...other, destination, account }, this.#means);
    });
  }

  async #expireOpen(entry: Entry, expiring: Expiring): Promise<void> {
    const { live, destinationQueue } = entry;
    const { destination, pipeline } = live;
    const reason = whyWaiting(live.status());
    const source = { destination, account: destinationQueue.account, stage: "expired", reason } as const;
    const settling = deadLetterExpiring(expiring, source, this.#means);
    // Not with the results of all before it, which would stay in memory.
    entry.expiring = Promise.allSettled([entry.expiring, settling]).then(() => undefined);
    await settling;
    pipeline.moved();
  }

  async #settled(id: string): Promise<void> {
    let settled: LiveDestination | undefined;
    // A configuration that took over meanwhile has the rest.
    for (let live = this.#entries.get(id)?.live; live !== settled; live = this.#entries.get(id)?.live) {
      settled = live;
      await live?.pipeline.settled();
      await this.#changes.idle(id);
    }
  }

  async #stopOne(id: string, deadlineMs: number): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (!this.#options.parts.queueStore.durable && deadlineMs > 0) await entry.live.endStream(deadlineMs);
    await entry.live.pipeline.drain(deadlineMs);
    await deadLetterAtStop(
      { id, queue: entry.destinationQueue.queue, destinationDeadLetters: entry.live },
      this.#means,
    );
    await this.#close(entry.live);
  }

  async #close(live: LiveDestination): Promise<void> {
    try {
      await live.close();
    } catch (error) {
      const { logger } = this.#options.parts;
      const { id } = live.destination;
      logger.warn({ destination: id, reason: describeFailure(error) }, "destination cannot be closed cleanly");
    }
  }

  *#destinations(): Generator<Destination> {
    for (const { live } of this.#entries.values()) yield live.destination;
  }

  #entryOf(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new SiemError("SIEM_DESTINATION_UNKNOWN", `No destination "${id}" is open; open it, or correct the id.`);
  }

  #assertRunning(): void {
    if (this.#stop.signal.aborted) throw hostStopped();
  }
}

function hostStopped(): SiemError {
  return new SiemError("SIEM_HOST_STOPPED", "The host is stopping, its destinations do not change any more.");
}

/** Events queued for one organisation must not become another's. */
function assertSameOrg(before: Destination | undefined, after: Destination): void {
  if (before === undefined || (before.orgId ?? null) === (after.orgId ?? null)) return;
  const message = `Destination "${after.id}" cannot be given to another organisation, for events are queued for the first one; remove it, and open one with another id.`;
  throw new SiemError("SIEM_DESTINATION_ORG", message);
}
