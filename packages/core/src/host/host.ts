import type { CheckReport } from "../connector/check-report.ts";
import type { OrgDeadLetters } from "../delivery/dead-letters/dead-letter-budget.ts";
import type { WaitingCounts } from "../delivery/dead-letters/waiting-dead-letters.ts";
import type { AuditRecordCounts } from "../delivery/intake/accept-audit-record.ts";
import type { Intake, PublishOptions, PublishResult } from "../delivery/intake/intake.ts";
import type { Enrich } from "../delivery/intake/intake-rules.ts";
import type { QueueStore } from "../delivery/queue/queue-store.ts";
import { openGeoip } from "../enrichment/geoip.ts";
import { SiemError } from "../errors.ts";
import type { OcsfEvent } from "../event/accepted-event.ts";
import { silentLogger } from "../telemetry/logger.ts";
import type { HostParts } from "./compose-host.ts";
import { composeHost } from "./compose-host.ts";
import type { Destination, DestinationStatus } from "./config/destination.ts";
import type { LiveDestinations, RemoveOptions } from "./destinations/live-destinations.ts";
import type { HostOptions } from "./host-options.ts";
import type { Transmitters } from "./workers/transmitters.ts";
import type { WorkersStatus } from "./workers/workers.ts";

export interface HostStatus {
  /** Events that passed the intake. */
  readonly accepted: number;
  /** Events refused at the intake, by the code of their first error. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Accepted events in which something was filled in, because the host was told to repair. */
  readonly repaired: number;
  /** Audit records among what was published. */
  readonly auditRecords: AuditRecordCounts;
  /** Of the destinations that are open; one that is being removed is among them until that is done. */
  readonly destinations: readonly DestinationStatus[];
  /** Of those that were removed with what is queued for them kept, as long as something is. */
  readonly kept: readonly DestinationStatus[];
  readonly workers: WorkersStatus;
}

const DEFAULT_STOP_DEADLINE_MS = 25_000;

/**
 * Opens every destination and returns a host that delivers to them. Throws when one cannot be opened. A part that was
 * registered in `composition` takes the place of the usual one.
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

/** Takes every event once and delivers it to each destination that wants it. */
export class Host {
  readonly #queueStore: QueueStore;
  readonly #transmitters: Transmitters;
  readonly #live: LiveDestinations;
  readonly #intake: Intake;
  #stopping: Promise<void> | undefined;

  constructor({ queueStore, transmitters, destinations, intake }: HostParts) {
    this.#queueStore = queueStore;
    this.#transmitters = transmitters;
    this.#live = destinations;
    this.#intake = intake;
  }

  /** Resolves once every valid event is safe in the queues; the others are reported by their position. */
  publish(events: OcsfEvent | readonly OcsfEvent[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish("events", isList(events) ? events : [events], options);
  }

  /** The same for events as JSON texts, whose bytes are passed on as they are. */
  publishTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish("event texts", texts, options);
  }

  /** The same for audit records of the platform, each of which becomes an event. */
  publishAuditRecords(auditRecords: readonly unknown[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish("audit records", auditRecords, options);
  }

  /** The same for audit records as JSON texts. */
  publishAuditRecordTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish("audit record texts", texts, options);
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
   * What there is of an organisation's dead letters, also of destinations that are gone, and what there may be. Only where each
   * destination has a file of its own.
   */
  deadLettersOf(orgId: string): Promise<OrgDeadLetters> {
    return this.#live.deadLettersOf(orgId);
  }

  /** Why no event can be taken, because the queue cannot be written; undefined when it can. Finds out by writing to it. */
  async queueTrouble(): Promise<string | undefined> {
    return this.#queueStore.trouble?.();
  }

  /** How one destination is doing that is open, or kept since it was removed; undefined when there is none. */
  statusOf(destinationId: string): DestinationStatus | undefined {
    return this.#live.statusOf(destinationId);
  }

  /** An open destination as it was configured last; undefined when there is none. It holds its settings, and so secrets. */
  destinationOf(id: string): Destination | undefined {
    return this.#live.destinationOf(id);
  }

  /**
   * Dead letters that are neither replayed nor purged, by destination and stage; also of destinations that are configured
   * no more. Read from their files: what another process does with them is seen.
   */
  waitingDeadLetters(): Promise<WaitingCounts> {
    return this.#live.waitingDeadLetters();
  }

  /** Opens one more destination. Events that are published after this has resolved reach it. */
  open(destination: Destination): Promise<void> {
    return this.#live.open(destination);
  }

  /**
   * Gives an open destination another configuration, which works on with the same queue and the same account. The new
   * sink is opened first: where that fails, the old one goes on, and this throws.
   */
  replace(destination: Destination): Promise<void> {
    return this.#live.replace(destination);
  }

  /** Takes a destination away: no event is routed to it any more. Resolves to its last status. */
  remove(destinationId: string, options: RemoveOptions): Promise<DestinationStatus> {
    return this.#live.remove(destinationId, options);
  }

  /** Runs a destination's check; undefined when there is no such destination. */
  async check(destinationId: string): Promise<CheckReport | undefined> {
    return this.#live.check(destinationId);
  }

  /** Opens a destination that the host need not have, runs its check, and closes it; always comes back with a report. */
  async checkDestination(destination: Destination): Promise<CheckReport> {
    return this.#live.checkUnopened(destination);
  }

  /**
   * Opens a destination that the host need not have, and closes it: nothing is sent. Throws where it cannot be opened,
   * so that a change of several destinations can be given up before the first of them.
   */
  async tryOpen(destination: Destination): Promise<void> {
    await this.#live.tryOpen(destination);
  }

  /** Sends without waiting for full batches, until every destination has settled all it had, or is stuck. */
  async settled(): Promise<void> {
    await this.#live.settled();
  }

  /**
   * Takes no more events and lets every destination settle what it holds with single attempts until the deadline
   * (default 25 s). Called again, it ends at once what the first call began.
   */
  stop({ deadlineMs = DEFAULT_STOP_DEADLINE_MS }: { readonly deadlineMs?: number } = {}): Promise<void> {
    if (this.#stopping === undefined) this.#stopping = this.#stop(deadlineMs);
    else this.#live.abort();
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<void> {
    await this.#intake.close();
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
