import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import { createFileDeadLetters } from "../delivery/dead-letters/file-dead-letters.ts";
import type { Enrich } from "../delivery/intake/intake-rules.ts";
import { defaultIntakeLimits } from "../delivery/intake/intake-rules.ts";
import { createAuditRecordIntake } from "../delivery/intake/accept-audit-record.ts";
import { Intake } from "../delivery/intake/intake.ts";
import { createMemoryQueueStore } from "../delivery/queue/memory-queue-store.ts";
import { newStoredKey, signerOf } from "../delivery/transmit/stream/signing-keys.ts";
import { silentLogger } from "../telemetry/logger.ts";
import { createEgress } from "../transport/egress.ts";
import { createLookupTurns } from "../transport/lookup-turns.ts";
import { createReplyMemories } from "../transport/reply-memory.ts";
import type { Composition, Factories } from "./compose.ts";
import { compose } from "./compose.ts";
import { LiveDestinations } from "./destinations/live-destinations.ts";
import type { Routes } from "./destinations/routes.ts";
import { createRoutes } from "./destinations/routes.ts";
import type { HostOptions } from "./host-options.ts";
import type { BaseParts } from "./parts.ts";
import type { RecentEvents } from "./taps/recent-events.ts";
import { createRecentEvents } from "./taps/recent-events.ts";
import type { Taps } from "./taps/taps.ts";
import { createTaps } from "./taps/taps.ts";
import type { Transmitters } from "./workers/transmitters.ts";
import { createTransmitters } from "./workers/transmitters.ts";

/** Every part of a host. */
export interface HostParts extends BaseParts {
  /** Routes the events of an organisation to its destinations. */
  readonly routes: Routes;
  /** Open the transmitters of destinations, on this thread or on workers. */
  readonly transmitters: Transmitters;
  /** The open destinations. Each is opened, replaced and removed without affecting another. */
  readonly destinations: LiveDestinations;
  /** Adds what is known of an event's source address; undefined without databases. */
  readonly enrich: Enrich | undefined;
  /** Show events as they pass. */
  readonly taps: Taps;
  /** Events to try filters on. */
  readonly recentEvents: RecentEvents;
  /** Validates events and appends them to the queues. */
  readonly intake: Intake;
}

const MAX_DEAD_LETTER_BYTES_PER_ORG = 1024 ** 3;
const MAX_QUEUED_BYTES = 1024 ** 3;
const MAX_QUEUED_BYTES_DURABLE = 32 * 1024 ** 3;

/** Composes the parts of one host, each made at its first use. Parts given in `options` replace the usual ones. */
export function composeHost(options: HostOptions): Composition<HostParts> {
  const factories: Factories<HostParts> = {
    clock: () => options.clock ?? systemClock,
    logger: () => options.logger ?? silentLogger,
    queueStore: () => options.queueStore ?? createMemoryQueueStore(),
    deadLetterStore: () => options.deadLetterStore,
    openDeadLetters: ({ clock }) => options.openDeadLetters ?? deadLetterFiles(clock),
    openEgress: () => options.openEgress ?? openEgress(),
    openSigner: () => options.openSigner ?? (async () => signerOf(newStoredKey(Date.now()))),
    routes: createRoutes,
    transmitters: (parts) =>
      createTransmitters({
        parts,
        egress: options.egress ?? {},
        redaction: options.redaction ?? {},
        workers: options.workers ?? 0,
      }),
    destinations: (parts) =>
      new LiveDestinations({
        parts,
        routes: parts.routes,
        transmitters: parts.transmitters,
        redaction: options.redaction ?? {},
        taps: parts.taps,
        deadLetterPath: options.deadLetterPath,
        deadLetterRetentionMs: options.deadLetterRetentionMs,
        maxDeadLetterBytesPerOrg: options.maxDeadLetterBytesPerOrg ?? deadLetterBound(options),
        whenCommitted: () => parts.intake.committed(),
        give: (records, destinationQueue) => parts.intake.give(records, destinationQueue),
      }),
    enrich: () => undefined,
    taps: ({ clock }) => createTaps(clock),
    recentEvents: ({ clock }) => createRecentEvents(clock),
    intake: ({ queueStore, clock, routes, enrich, recentEvents }) =>
      new Intake({
        store: queueStore,
        clock,
        rules: {
          ...(options.intakeLimits ?? defaultIntakeLimits),
          validation: options.validation ?? "shape",
          repair: options.repair ?? false,
          enrich,
        },
        auditRecordIntake: createAuditRecordIntake({ now: clock.now, ...options.auditRecords }),
        maxQueuedBytes: options.maxQueuedBytes ?? (queueStore.durable ? MAX_QUEUED_BYTES_DURABLE : MAX_QUEUED_BYTES),
        maxQueuedBytesPerOrg: options.maxQueuedBytesPerOrg ?? Number.POSITIVE_INFINITY,
        routeOf: (orgId) => routes.routeOf(orgId),
        ...(options.keepRecentEvents === true && { onAccepted: (records) => recentEvents.saw(records) }),
      }),
  };
  return compose(factories);
}

function deadLetterFiles(clock: Clock): HostParts["openDeadLetters"] {
  return (path, retentionMs, rotateBytes) =>
    createFileDeadLetters({ path, clock, retentionMs, ...(rotateBytes !== undefined && { rotateBytes }) });
}

/** Dead letters of another store are in no file that can be measured. */
function deadLetterBound({ openDeadLetters }: HostOptions): number {
  return openDeadLetters === undefined ? MAX_DEAD_LETTER_BYTES_PER_ORG : Number.POSITIVE_INFINITY;
}

function openEgress(): HostParts["openEgress"] {
  const repliesOf = createReplyMemories();
  const turnsOf = createLookupTurns();
  return (guard, orgId) =>
    createEgress({ environment: process.env, guard, replies: repliesOf(orgId), lookupTurns: turnsOf(orgId) });
}
