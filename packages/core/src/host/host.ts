import type { CheckReport } from "../connector/check-report.ts";
import type { AuditRecordCounts, AuditRecordIntakeOptions } from "../delivery/intake/accept-audit-record.ts";
import { createAuditRecordIntake } from "../delivery/intake/accept-audit-record.ts";
import type { Enrich, IntakeLimits, Validation } from "../delivery/intake/intake-rules.ts";
import { defaultIntakeLimits } from "../delivery/intake/intake-rules.ts";
import type { OcsfEvent } from "../event/accepted-event.ts";
import type { PublishOptions, PublishResult } from "../delivery/intake/intake.ts";
import { Intake } from "../delivery/intake/intake.ts";
import type { OrgLetters } from "../delivery/dead-letters/letter-budget.ts";
import type { WaitingCounts } from "../delivery/dead-letters/waiting-letters.ts";
import type { GeoipPaths } from "../enrichment/geoip.ts";
import { openGeoip } from "../enrichment/geoip.ts";
import { SiemError } from "../errors.ts";
import { silentLogger } from "../telemetry/logger.ts";
import type { Transmitters } from "./workers/transmitters.ts";
import { createTransmitters } from "./workers/transmitters.ts";
import { compose } from "./compose.ts";
import type { Destination, DestinationStatus } from "./config/destination.ts";
import type { EgressSettings } from "./config/egress-settings.ts";
import type { RemoveOptions } from "./destinations/live-destinations.ts";
import { LiveDestinations } from "./destinations/live-destinations.ts";
import type { HostParts } from "./tokens.ts";
import type { WorkersStatus } from "./workers/workers.ts";

export interface HostOptions extends Partial<HostParts> {
  readonly destinations: readonly Destination[];
  /** A folder, or a `.jsonl` file for all destinations. Default `./dead-letters`. */
  readonly deadLetterPath?: string;
  /** How long files of dead letters that were set aside are kept. Default for ever. */
  readonly deadLetterRetentionMs?: number | undefined;
  /** Bound of one organisation's dead letters, in bytes of files. Default 1 GiB; none where all are in one file. */
  readonly maxDeadLetterBytesPerOrg?: number | undefined;
  /** Bound of all queues together, in bytes of the events' JSON; of a durable store, on its disk. Default 1 or 32 GiB. */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * The same for the destinations of one organisation. Default none: whatever it is, an organisation never has more of
   * `maxQueuedBytes` than it leaves free, so that every other finds capacity.
   */
  readonly maxQueuedBytesPerOrg?: number | undefined;
  readonly intakeLimits?: IntakeLimits;
  /** How closely events are looked at. Default `shape`. */
  readonly validation?: Validation;
  /** Fill in what follows with certainty from what is there: names, `type_uid`, `metadata.version`. Default false. */
  readonly repair?: boolean;
  /** How the platform's audit records become events. */
  readonly auditRecords?: AuditRecordIntakeOptions;
  /** Databases that say where an event's source address is. */
  readonly geoip?: GeoipPaths;
  /** Where destinations may connect to. Those of an organisation reach public addresses only, unless it says otherwise. */
  readonly egress?: EgressSettings;
  /**
   * Threads over which destinations are spread, so that encoding, gzip, TLS and sending leave this one free. Default 0: this
   * thread does everything. Not together with an `openEgress` of one's own.
   */
  readonly workers?: number;
}

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

const MAX_LETTER_BYTES_PER_ORG = 1024 ** 3;
const MAX_QUEUED_BYTES = 1024 ** 3;
const MAX_QUEUED_BYTES_DURABLE = 32 * 1024 ** 3;
const DEFAULT_STOP_DEADLINE_MS = 25_000;

/** Opens every destination and returns a host that delivers to them. Throws when one cannot be opened. */
export async function createHost(options: HostOptions): Promise<Host> {
  const host = new Host(options, await enrichmentOf(options));
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
  readonly #parts: HostParts;
  readonly #transmitters: Transmitters;
  readonly #live: LiveDestinations;
  readonly #intake: Intake;
  #stopping: Promise<void> | undefined;

  constructor(options: HostOptions, enrich: Enrich | undefined) {
    const { workers = 0 } = options;
    if (!Number.isInteger(workers) || workers < 0) {
      throw new SiemError("SIEM_CONFIG_INVALID", `workers is ${workers}: expected a whole number from 0 on.`);
    }
    if (workers > 0 && options.openEgress !== undefined) {
      const message = "Workers open connections by `egress`: give either `workers` or an `openEgress` of your own.";
      throw new SiemError("SIEM_CONFIG_INVALID", message);
    }
    this.#parts = compose(options);
    this.#transmitters = createTransmitters({ parts: this.#parts, egress: options.egress ?? {}, workers });
    this.#live = new LiveDestinations({
      parts: this.#parts,
      transmitters: this.#transmitters,
      deadLetterPath: options.deadLetterPath,
      deadLetterRetentionMs: options.deadLetterRetentionMs,
      // Letters that somebody else keeps are in no file that could be measured.
      maxDeadLetterBytesPerOrg:
        options.maxDeadLetterBytesPerOrg ??
        (options.openDeadLetters === undefined ? MAX_LETTER_BYTES_PER_ORG : Number.POSITIVE_INFINITY),
      whenCommitted: () => this.#intake.committed(),
    });
    this.#intake = new Intake({
      store: this.#parts.queueStore,
      clock: this.#parts.clock,
      rules: {
        ...(options.intakeLimits ?? defaultIntakeLimits),
        validation: options.validation ?? "shape",
        repair: options.repair ?? false,
        enrich,
      },
      auditRecordIntake: createAuditRecordIntake({ now: this.#parts.clock.now, ...options.auditRecords }),
      maxQueuedBytes:
        options.maxQueuedBytes ?? (this.#parts.queueStore.durable ? MAX_QUEUED_BYTES_DURABLE : MAX_QUEUED_BYTES),
      maxQueuedBytesPerOrg: options.maxQueuedBytesPerOrg ?? Number.POSITIVE_INFINITY,
      routeOf: (orgId) => this.#live.routes.routeOf(orgId),
    });
  }

  /** Resolves once every valid event is safe in the queues; the others are reported by their position. */
  publish(events: OcsfEvent | readonly OcsfEvent[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publish(isList(events) ? events : [events], options);
  }

  /** The same for events as JSON texts, whose bytes are passed on as they are. */
  publishTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishTexts(texts, options);
  }

  /** The same for audit records of the platform, each of which becomes an event. */
  publishAuditRecords(auditRecords: readonly unknown[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishAuditRecords(auditRecords, options);
  }

  /** The same for audit records as JSON texts. */
  publishAuditRecordTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishAuditRecordTexts(texts, options);
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
  deadLettersOf(orgId: string): Promise<OrgLetters> {
    return this.#live.lettersOf(orgId);
  }

  /** Why no event can be taken, because the queue cannot be written; undefined when it can. Finds out by writing to it. */
  async queueTrouble(): Promise<string | undefined> {
    return this.#parts.queueStore.trouble?.();
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
    return this.#live.waitingLetters();
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
    await this.#parts.queueStore.close();
  }
}

async function enrichmentOf({ geoip = {}, logger = silentLogger }: HostOptions): Promise<Enrich | undefined> {
  if (geoip.city === undefined && geoip.anonymous === undefined) return undefined;
  return (await openGeoip({ ...geoip, logger })).enrich;
}

function isList(events: OcsfEvent | readonly OcsfEvent[]): events is readonly OcsfEvent[] {
  return Array.isArray(events);
}
