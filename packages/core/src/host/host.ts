import type { CheckReport } from "../connector/check-report.ts";
import type { OrgDeadLetters } from "../delivery/dead-letters/dead-letter-budget.ts";
import type { WaitingCounts } from "../delivery/dead-letters/waiting-dead-letters.ts";
import type { AuditRecordCounts } from "../delivery/intake/accept-audit-record.ts";
import type { EventTexts } from "../delivery/intake/accept-bytes.ts";
import { createEventRecord } from "../delivery/intake/accept-event.ts";
import type { Intake, PublishOptions, PublishResult } from "../delivery/intake/intake.ts";
import type { Enrich } from "../delivery/intake/intake-rules.ts";
import type { QueueStore } from "../delivery/queue/queue-store.ts";
import { openGeoip } from "../enrichment/geoip.ts";
import { SiemError } from "../errors.ts";
import type { AcceptedEvent, OcsfEvent } from "../event/accepted-event.ts";
import { silentLogger } from "../telemetry/logger.ts";
import type { HostParts } from "./compose-host.ts";
import { composeHost } from "./compose-host.ts";
import type { Destination, DestinationStatus } from "./config/destination.ts";
import type { Attempt } from "./destinations/attempt-log.ts";
import type { DestinationCounters } from "./destinations/destination-counters.ts";
import type { Trial } from "./destinations/send-trial.ts";
import type { LiveDestinations, RemoveOptions } from "./destinations/live-destinations.ts";
import type { QueueLoan } from "./destinations/queue-loan.ts";
import type { RecentEvents } from "./taps/recent-events.ts";
import type { TapAccount, TapOptions, TappedEvent, Taps } from "./taps/taps.ts";
import type { Explanation } from "./destinations/explain.ts";
import type { FindUnopened } from "./destinations/expiring-events.ts";
import type { RedactRule } from "../redaction/redact-rule.ts";
import { createShape } from "../delivery/transmit/shape/shape.ts";
import type { HostOptions } from "./host-options.ts";
import type { ShownReport, ShownStep } from "./workers/recorded-check.ts";
import type { Transmitters } from "./workers/transmitters.ts";
import type { WorkersStatus } from "./workers/workers.ts";

/** Counts since the host was created, and the status of each destination. */
export interface HostStatus {
  /** Events that passed the intake. */
  readonly accepted: number;
  /** Events refused at the intake, by the code of their first error. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Accepted events that were repaired. */
  readonly repaired: number;
  /** Published audit records. */
  readonly auditRecords: AuditRecordCounts;
  /** Statuses of the open destinations, including those being removed. */
  readonly destinations: readonly DestinationStatus[];
  /** Statuses of removed destinations whose queued events are kept, until none are left. */
  readonly kept: readonly DestinationStatus[];
  readonly workers: WorkersStatus;
}

const DEFAULT_STOP_DEADLINE_MS = 25_000;

/**
 * Opens every destination and returns a host that delivers to them. Throws `SIEM_DESTINATION_OPEN` if one cannot be
 * opened. A part registered in `composition` replaces the usual one.
 *
 * @example
 * ```ts
 * import splunk from "@arbitex/connector-splunk";
 * import { createHost } from "@arbitex/core/host";
 *
 * const config = splunk.configSchema.parse({ url: "https://splunk.example.com:8088", token: "…" });
 * const host = await createHost({ destinations: [{ id: "soc", connector: splunk, config }] });
 * const { accepted, rejected } = await host.publish({ class_uid: 6003, time: Date.now(), severity_id: 1 });
 * console.log(accepted, rejected);
 * await host.stop();
 * ```
 */
export async function createHost(options: HostOptions, composition = composeHost(options)): Promise<Host> {
  assertWorkers(options);
  const enrich = await enrichmentOf(options);
  if (enrich !== undefined) composition.register("enrich", () => enrich);
  const host = new Host(composition.parts);
  try {
    for (const destination of options.destinations) await host.open(destination);
  } catch (error) {
    await host.stop({ deadlineMs: 0 });
    throw error;
  }
  return host;
}

/** Accepts events and delivers each to every destination that wants it. */
export class Host {
  readonly #queueStore: QueueStore;
  readonly #transmitters: Transmitters;
  readonly #live: LiveDestinations;
  readonly #intake: Intake;
  readonly #taps: Taps;
  readonly #recentEvents: RecentEvents;
  #stopping: Promise<void> | undefined;

  constructor({ queueStore, transmitters, destinations, intake, taps, recentEvents }: HostParts) {
    this.#queueStore = queueStore;
    this.#transmitters = transmitters;
    this.#live = destinations;
    this.#intake = intake;
    this.#taps = taps;
    this.#recentEvents = recentEvents;
  }

  /** Publishes events. Resolves once every valid event is in the queues; the result lists rejected events by index. */
  publish(events: OcsfEvent | readonly OcsfEvent[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish("events", isList(events) ? events : [events], options);
  }

  /** Publishes events given as JSON texts, whose bytes are passed on unchanged. */
  publishTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishTexts(texts, options);
  }

  /**
   * Publishes events given as JSON texts in UTF-8, which are passed on unchanged; the bytes may be reused as soon as this
   * returns. The cheapest form, since most events are not parsed.
   */
  publishBytes(texts: EventTexts, options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishBytes(texts, options);
  }

  /** Publishes audit records of the platform; each becomes one event. */
  publishAuditRecords(auditRecords: readonly unknown[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish("audit records", auditRecords, options);
  }

  /** Publishes audit records given as JSON texts. */
  publishAuditRecordTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish("audit record texts", texts, options);
  }

  /** Publishes audit records given as JSON texts in UTF-8. */
  publishAuditRecordBytes(texts: EventTexts, options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishAuditRecordBytes(texts, options);
  }

  status(): HostStatus {
    return {
      accepted: this.#intake.accepted,
      rejected: Object.fromEntries(this.#intake.rejected),
      repaired: this.#intake.repaired,
      auditRecords: this.#intake.auditRecordCounts,
      destinations: this.#live.statuses(),
      kept: this.#live.keptStatuses(),
      workers: this.#transmitters.status(),
    };
  }

  /**
   * Returns the size and limit of an organisation's dead letters, including those of removed destinations. Only where
   * each destination has its own file.
   */
  deadLettersOf(orgId: string): Promise<OrgDeadLetters> {
    return this.#live.deadLettersOf(orgId);
  }

  /** Tests the queue by writing to it. Resolves to why it cannot be written; undefined if it can. */
  async queueTrouble(): Promise<string | undefined> {
    return this.#queueStore.trouble?.();
  }

  /** Returns the status of an open or kept destination; undefined if there is none. */
  statusOf(destinationId: string): DestinationStatus | undefined {
    return this.#live.statusOf(destinationId);
  }

  /**
   * Returns the latest configuration of an open destination; undefined if there is none. It holds settings, and so
   * secrets.
   */
  destinationOf(id: string): Destination | undefined {
    return this.#live.destinationOf(id);
  }

  /**
   * Counts dead letters neither replayed nor purged, by destination and stage, including those of removed destinations.
   * Reads their files, so that changes by other processes count.
   */
  waitingDeadLetters(): Promise<WaitingCounts> {
    return this.#live.waitingDeadLetters();
  }

  /**
   * Returns the newest checkpoints of a destination, newest first; undefined if its events are not numbered. They are
   * the events that its SIEM gets.
   */
  checkpointsOf(destinationId: string, limit = 100): Promise<readonly unknown[] | undefined> {
    return this.#live.checkpointsOf(destinationId, limit);
  }

  /** Opens another destination. Events published after this resolves reach it. */
  open(destination: Destination): Promise<void> {
    return this.#live.open(destination);
  }

  /**
   * Replaces the configuration of an open destination, which keeps its queue and counts. The new sink is opened first:
   * if that fails, the old one continues and this throws.
   */
  replace(destination: Destination): Promise<void> {
    return this.#live.replace(destination);
  }

  /**
   * Lends the queue of an open destination, which sends nothing until `use` settles, so that its events go another way.
   * Publishes go on. Rejects with `SIEM_DESTINATION_UNKNOWN` if it is not open.
   */
  lend<Result>(destinationId: string, use: (loan: QueueLoan) => Promise<Result>): Promise<Result> {
    return this.#live.lend(destinationId, use);
  }

  /** Removes a destination: no more events are routed to it. Resolves to its last status. */
  remove(destinationId: string, options: RemoveOptions): Promise<DestinationStatus> {
    return this.#live.remove(destinationId, options);
  }

  /**
   * Dead-letters what is queued for a destination that is not open, stage `removed`: its configuration is gone. Resolves
   * to the number of events; to 0 if it is open.
   */
  deadLetterLeftover(destination: Destination): Promise<number> {
    return this.#live.deadLetterLeftover(destination);
  }

  /**
   * Dead-letters the events that a queue store will soon delete, settled or not: of open destinations in stage `expired`,
   * of others as `unopened` says. Rejects if some stay queued for now.
   */
  deadLetterExpiring(unopened: FindUnopened): Promise<void> {
    return this.#live.deadLetterExpiring(unopened);
  }

  /** Runs the check of a destination; undefined if it is not open. */
  async check(destinationId: string): Promise<CheckReport | undefined> {
    return this.#live.check(destinationId);
  }

  /**
   * Opens a destination, which need not belong to the host, runs its check and closes it. Always resolves to a report.
   * `onStep` hears of each step as soon as it is known.
   */
  async checkDestination(destination: Destination, onStep?: (step: ShownStep) => void): Promise<ShownReport> {
    return this.#live.checkUnopened(destination, onStep);
  }

  /**
   * Opens a destination, which need not belong to the host, sends it one event in one attempt and closes it. The event
   * passes no filter, no queue and no account. Throws if the destination cannot be opened, or the event is not valid.
   */
  sendTrial(destination: Destination, event: OcsfEvent): Promise<Trial> {
    return this.#live.sendTrial(destination, createEventRecord(event));
  }

  /** Visits the running counters of every open destination: cheaper than `status` where there are thousands. */
  forEachCounters(visit: (counters: DestinationCounters) => void): void {
    this.#live.forEachCounters(visit);
  }

  /**
   * Tells what would happen to an event at a destination, which need not belong to the host: what its filter says, what
   * its redaction leaves, and the request, with secrets hidden. Nothing is sent. Throws if the destination cannot be
   * opened.
   */
  explain(destination: Destination, record: AcceptedEvent): Promise<Explanation> {
    return this.#live.explain(destination, record);
  }

  /** Shows events as they pass, until the signal aborts: some of them, and an account of the others every second. */
  tap(options: TapOptions): AsyncGenerator<TappedEvent | TapAccount, void> {
    return this.#taps.open(options);
  }

  /**
   * Returns recent events of an organisation, to try a filter on; of all, if undefined. Some of many, and none without
   * `keepRecentEvents`.
   */
  recentEvents(orgId?: string): readonly AcceptedEvent[] {
    return this.#recentEvents.of(orgId);
  }

  /**
   * Returns what a destination of an organisation with these redactions may show of an event: its JSON, with the
   * operator's redactions as well.
   */
  redactedFor(orgId: string | null, redact: readonly RedactRule[]): (record: AcceptedEvent) => string {
    const { keep } = createShape(this.#transmitters.shapeOf({ orgId, delivery: { redact } }));
    return (record) => keep?.(record).json ?? record.json;
  }

  /** Returns the last attempts of an open destination, newest first, without secrets. Empty for an unknown id. */
  attemptsOf(destinationId: string): readonly Attempt[] {
    return this.#live.attemptsOf(destinationId);
  }

  /**
   * Opens a destination, which need not belong to the host, and closes it without sending anything. Throws if it cannot
   * be opened, so that a change of several destinations can be cancelled before the first.
   */
  async tryOpen(destination: Destination): Promise<void> {
    await this.#live.tryOpen(destination);
  }

  /** Sends without waiting for full batches. Resolves when every destination has settled its events or is stuck. */
  async settled(): Promise<void> {
    await this.#live.settled();
  }

  /**
   * Accepts no more events and lets every destination settle its events, one attempt each, until the deadline (default
   * 25 s). A second call ends the first at once.
   */
  stop({ deadlineMs = DEFAULT_STOP_DEADLINE_MS }: { readonly deadlineMs?: number } = {}): Promise<void> {
    if (this.#stopping === undefined) this.#stopping = this.#stop(deadlineMs);
    else this.#live.abort();
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<void> {
    await this.#intake.close();
    this.#queueStore.release?.();
    await this.#live.stop(deadlineMs);
    await this.#transmitters.close();
    await this.#queueStore.close();
  }
}

function assertWorkers({ workers = 0, openEgress }: HostOptions): void {
  if (!Number.isInteger(workers) || workers < 0) {
    throw new SiemError("SIEM_CONFIG_INVALID", `workers is ${workers}: expected a whole number from 0 on.`);
  }
  if (workers > 0 && openEgress !== undefined) {
    const message = "Workers open connections by `egress`: give either `workers` or an `openEgress` of your own.";
    throw new SiemError("SIEM_CONFIG_INVALID", message);
  }
}

async function enrichmentOf({ geoip = {}, logger = silentLogger }: HostOptions): Promise<Enrich | undefined> {
  if (geoip.city === undefined && geoip.anonymous === undefined) return undefined;
  return (await openGeoip({ ...geoip, logger })).enrich;
}

function isList(events: OcsfEvent | readonly OcsfEvent[]): events is readonly OcsfEvent[] {
  return Array.isArray(events);
}
