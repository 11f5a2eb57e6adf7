import { hostname } from "node:os";
import type { CheckReport } from "../connector/check-report.ts";
import type { AnyConnector, ConnectorContext } from "../connector/connector.ts";
import type { RecordCounts, RecordOptions } from "../delivery/accept-record.ts";
import { createRecordDoor } from "../delivery/accept-record.ts";
import type { BodyPool } from "../delivery/body-pool.ts";
import { createBodyPool } from "../delivery/body-pool.ts";
import type { DeadLetters } from "../delivery/dead-letter.ts";
import { defaultDelivery, durableDelivery } from "../delivery/delivery-settings.ts";
import type { DoorLimits, Enrich, Validation } from "../delivery/door.ts";
import { defaultDoorLimits } from "../delivery/door.ts";
import type { OcsfEvent } from "../delivery/event-record.ts";
import type { PublishOptions, PublishResult } from "../delivery/intake.ts";
import { Intake } from "../delivery/intake.ts";
import { Pipeline } from "../delivery/pipeline.ts";
import { withRendering } from "../delivery/rendered-sink.ts";
import type { GeoipPaths } from "../enrichment/geoip.ts";
import { openGeoip } from "../enrichment/geoip.ts";
import { SiemError } from "../errors.ts";
import { silentLogger } from "../telemetry/logger.ts";
import { describeFailure } from "../transport/classify-failure.ts";
import type { Egress } from "../transport/egress.ts";
import { compose } from "./compose.ts";
import { deadLetterPathOf } from "./dead-letter-path.ts";
import type { Destination, DestinationStatus } from "./destination.ts";
import type { EgressSettings, GuardOf } from "./egress-settings.ts";
import { guardsOf } from "./egress-settings.ts";
import { hiderOf, secretiveLogger, secretiveSink } from "./secretive-sink.ts";
import type { HostParts } from "./tokens.ts";

export interface HostOptions extends Partial<HostParts> {
  readonly destinations: readonly Destination[];
  /** A folder, or a `.jsonl` file for all destinations. Default `./dead-letters`. */
  readonly deadLetterPath?: string;
  /** How long files of dead letters that were set aside are kept. Default for ever. */
  readonly deadLetterRetentionMs?: number | undefined;
  /** Bound of all queues together, in bytes of the events' JSON; of a durable store, on its disk. Default 1 or 32 GiB. */
  readonly maxQueuedBytes?: number;
  readonly doorLimits?: DoorLimits;
  /** How closely events are looked at. Default `shape`. */
  readonly validation?: Validation;
  /** Fill in what follows with certainty from what is there: names, `type_uid`, `metadata.version`. Default false. */
  readonly repair?: boolean;
  /** How the platform's audit records become events. */
  readonly records?: RecordOptions;
  /** Databases that say where an event's source address is. */
  readonly geoip?: GeoipPaths;
  /** Where destinations may connect to. Those of an organisation reach public addresses only, unless it says otherwise. */
  readonly egress?: EgressSettings;
}

export interface HostStatus {
  /** Events that passed the door. */
  readonly accepted: number;
  /** Events refused at the door, by the code of their first error. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Accepted events in which something was filled in, because the host was told to repair. */
  readonly repaired: number;
  /** Audit records among what was published. */
  readonly records: RecordCounts;
  readonly destinations: readonly DestinationStatus[];
}

interface OpenDestination {
  readonly destination: Destination;
  readonly pipeline: Pipeline;
  readonly egress: Egress;
}

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
  readonly #options: HostOptions;
  readonly #parts: HostParts;
  readonly #guardOf: GuardOf;
  readonly #pool: BodyPool = createBodyPool();
  readonly #destinations = new Map<string, OpenDestination>();
  readonly #deadLetters = new Map<string, DeadLetters>();
  /** Where an organisation's events go, for organisations with destinations of their own. */
  #routes: ReadonlyMap<string, readonly Pipeline[]> = new Map();
  #globalRoute: readonly Pipeline[] = [];
  readonly #intake: Intake;
  #stopping: Promise<void> | undefined;

  constructor(options: HostOptions, enrich: Enrich | undefined) {
    this.#options = options;
    this.#parts = compose(options);
    this.#guardOf = guardsOf(options.egress);
    this.#intake = new Intake({
      store: this.#parts.queueStore,
      clock: this.#parts.clock,
      door: {
        ...(options.doorLimits ?? defaultDoorLimits),
        validation: options.validation ?? "shape",
        repair: options.repair ?? false,
        enrich,
      },
      recordDoor: createRecordDoor({ now: this.#parts.clock.now, ...options.records }),
      maxQueuedBytes:
        options.maxQueuedBytes ?? (this.#parts.queueStore.durable ? MAX_QUEUED_BYTES_DURABLE : MAX_QUEUED_BYTES),
      routeOf: (orgId) => (orgId === null ? undefined : this.#routes.get(orgId)) ?? this.#globalRoute,
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
  publishRecords(records: readonly unknown[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishRecords(records, options);
  }

  /** The same for audit records as JSON texts. */
  publishRecordTexts(texts: readonly string[], options?: PublishOptions): Promise<PublishResult> {
    return this.#intake.publishRecordTexts(texts, options);
  }

  status(): HostStatus {
    return {
      accepted: this.#intake.accepted,
      rejected: Object.fromEntries(this.#intake.rejected),
      repaired: this.#intake.repaired,
      records: this.#intake.recordCounts,
      destinations: [...this.#destinations.values()].map(({ destination, pipeline }) => ({
        id: destination.id,
        type: destination.connector.type,
        orgId: destination.orgId ?? null,
        guarantee: resolved(destination.connector.guarantee, destination.config),
        ...pipeline.status(),
      })),
    };
  }

  /** Runs a destination's check; undefined when there is no such destination. */
  async check(destinationId: string): Promise<CheckReport | undefined> {
    return this.#destinations.get(destinationId)?.pipeline.check();
  }

  /** Sends without waiting for full batches, until every destination has settled all it had, or is stuck. */
  async settled(): Promise<void> {
    await Promise.all(this.#pipelines().map((pipeline) => pipeline.settled()));
  }

  /**
   * Takes no more events and lets every destination settle what it holds with single attempts until the deadline
   * (default 25 s). Called again, it ends at once what the first call began.
   */
  stop({ deadlineMs = DEFAULT_STOP_DEADLINE_MS }: { readonly deadlineMs?: number } = {}): Promise<void> {
    if (this.#stopping === undefined) this.#stopping = this.#stop(deadlineMs);
    else for (const pipeline of this.#pipelines()) pipeline.abort();
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<void> {
    await this.#intake.close();
    await Promise.all(this.#pipelines().map((pipeline) => pipeline.stop(deadlineMs)));
    for (const deadLetters of this.#deadLetters.values()) await deadLetters.close();
    for (const { egress } of this.#destinations.values()) await egress.close();
    await this.#parts.queueStore.close();
  }

  /** Opens one more destination. */
  async open(destination: Destination): Promise<void> {
    const { id, connector, config, orgId = null } = destination;
    const { clock, queueStore } = this.#parts;
    const logger = this.#parts.logger.child({ destination: id });
    const egress = this.#parts.openEgress(this.#guardOf(orgId));
    const hide = hiderOf(config);
    const context: ConnectorContext = {
      destinationId: id,
      orgId,
      logger: secretiveLogger(logger, hide),
      now: clock.now,
      random: clock.random,
      egress,
      hostname: hostname(),
    };
    const delivery = {
      ...defaultDelivery,
      ...(queueStore.durable && durableDelivery),
      ...resolved(connector.defaults ?? {}, config),
      ...destination.delivery,
    };
    const pipeline = new Pipeline({
      destinationId: id,
      type: connector.type,
      sink: withRendering(secretiveSink(await openSink(connector, config, context), hide), delivery.rendering),
      framing: connector.framing,
      limits: resolved(connector.limits, config),
      delivery,
      filter: destination.filter ?? {},
      queue: await queueStore.open(id),
      durable: queueStore.durable,
      deadLetters: this.#deadLettersAt(deadLetterPathOf(destination, this.#options.deadLetterPath)),
      pool: this.#pool,
      clock,
      logger,
    });
    this.#destinations.set(id, { destination, pipeline, egress });
    this.#updateRoutes();
    pipeline.start();
  }

  #deadLettersAt(path: string): DeadLetters {
    let deadLetters = this.#deadLetters.get(path);
    if (deadLetters === undefined) {
      deadLetters = this.#parts.openDeadLetters(path, this.#options.deadLetterRetentionMs);
      this.#deadLetters.set(path, deadLetters);
    }
    return deadLetters;
  }

  #updateRoutes(): void {
    const opened = [...this.#destinations.values()];
    const routeFor = (orgId: string | null) =>
      opened
        .filter(({ destination }) => (destination.orgId ?? null) === null || destination.orgId === orgId)
        .map(({ pipeline }) => pipeline);
    const orgIds = new Set(opened.flatMap(({ destination }) => destination.orgId ?? []));
    this.#globalRoute = routeFor(null);
    this.#routes = new Map([...orgIds].map((orgId) => [orgId, routeFor(orgId)]));
  }

  #pipelines(): readonly Pipeline[] {
    return [...this.#destinations.values()].map(({ pipeline }) => pipeline);
  }
}

async function enrichmentOf({ geoip = {}, logger = silentLogger }: HostOptions): Promise<Enrich | undefined> {
  if (geoip.city === undefined && geoip.anonymous === undefined) return undefined;
  return (await openGeoip({ ...geoip, logger })).enrich;
}

async function openSink(connector: AnyConnector, config: unknown, context: ConnectorContext) {
  try {
    return await connector.open(asOwn(config), context);
  } catch (cause) {
    throw new SiemError(
      "SIEM_DESTINATION_OPEN",
      `Destination "${context.destinationId}" (${connector.type}) cannot be opened: ${hiderOf(config)(describeFailure(cause))}`,
      { cause },
    );
  }
}

/** The one place where a configuration's type is taken on trust: its connector's schema made it. */
function asOwn(config: unknown): never {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return config as never;
}

function resolved<Value extends object | string>(value: Value | ((config: never) => Value), config: unknown): Value {
  return typeof value === "function" ? value(asOwn(config)) : value;
}

function isList(events: OcsfEvent | readonly OcsfEvent[]): events is readonly OcsfEvent[] {
  return Array.isArray(events);
}
