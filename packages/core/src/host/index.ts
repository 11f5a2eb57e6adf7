export type { Acceptance } from "../delivery/intake/accept-event.ts";
export { acceptObject, acceptText, createEventRecord } from "../delivery/intake/accept-event.ts";
export type { AcceptedTexts, EventTexts } from "../delivery/intake/accept-bytes.ts";
export { acceptBytes } from "../delivery/intake/accept-bytes.ts";
export type { AuditRecordCounts, AuditRecordIntakeOptions } from "../delivery/intake/accept-audit-record.ts";
export type { Clock } from "../clock.ts";
export { sleep, systemClock } from "../clock.ts";
export type { DeadLetter, DeadLetters } from "../delivery/dead-letters/dead-letter.ts";
export type { DeadLetterStore } from "../delivery/dead-letters/dead-letter-store.ts";
export type { OwnedDeadLetters } from "../delivery/dead-letters/owned-dead-letters.ts";
export type { OrgDeadLetters } from "../delivery/dead-letters/dead-letter-budget.ts";
export type { DeadLetterLine, StoredDeadLetter } from "../delivery/dead-letters/dead-letter-file.ts";
export {
  asideFilesOf,
  deadLetterFilesOf,
  readDeadLetters,
  unreadFilesOf,
} from "../delivery/dead-letters/dead-letter-file.ts";
export type { DeliveryCounts } from "../delivery/queue/delivery-counts.ts";
export { totalOf } from "../delivery/queue/delivery-counts.ts";
export type { Fate, Lifetime, Totals } from "../delivery/queue/totals.ts";
export { lifetimeOf, noTotals } from "../delivery/queue/totals.ts";
export type {
  DeliverySettings,
  DeliveryWindow,
  EventFilter,
  IntegritySettings,
} from "../delivery/delivery-settings.ts";
export { defaultDelivery } from "../delivery/delivery-settings.ts";
export type { Attempt } from "./destinations/attempt-log.ts";
export type { DestinationCounters } from "./destinations/destination-counters.ts";
export type { Trial } from "./destinations/send-trial.ts";
export type { ShownReport, ShownStep } from "./workers/recorded-check.ts";
export type { Exchange, ShownAnswer, ShownRequest } from "./workers/shown-exchange.ts";
export type { AcceptedEvent } from "../event/accepted-event.ts";
export type { Enrich, IntakeLimits, IntakeRules, Validation } from "../delivery/intake/intake-rules.ts";
export { defaultIntakeLimits } from "../delivery/intake/intake-rules.ts";
export type { EventError, EventErrorCode } from "../delivery/intake/event-error.ts";
export { newUid } from "../event/new-uid.ts";
export { createFileDeadLetters } from "../delivery/dead-letters/file-dead-letters.ts";
export { isDeeperThan } from "../event/json-depth.ts";
export type { JsonPatch } from "../event/json-patch.ts";
export type { PublishOptions, PublishResult, RejectedEvent } from "../delivery/intake/intake.ts";
export { createMemoryQueueStore } from "../delivery/queue/memory-queue-store.ts";
export type { DiskQueueStore, DiskQueueStoreOptions, Leftover } from "../delivery/queue/disk/disk-queue-store.ts";
export { openDiskQueueStore } from "../delivery/queue/disk/disk-queue-store.ts";
export type { FolderLock } from "../delivery/queue/disk/folder-lock.ts";
export { lockFolder } from "../delivery/queue/disk/folder-lock.ts";
export type { Repair } from "../delivery/queue/disk/repair-folder.ts";
export type {
  QueueFolderStatus,
  QueueStatus,
  QueueVerification,
  SegmentVerdict,
} from "../delivery/queue/disk/queue-folder.ts";
export { inspectQueueFolder, repairQueueFolder, verifyQueueFolder } from "../delivery/queue/disk/queue-folder.ts";
export type { HandedOver, HandOverOptions } from "../delivery/pipeline/hand-over.ts";
export { handOverQueued } from "../delivery/pipeline/hand-over.ts";
export type { PublishedKey, Signer } from "../delivery/transmit/stream/signing-keys.ts";
export { openSignerFile, readPublishedKeys, rotateSigningKey } from "./signing-key-file.ts";
export type { StreamLog } from "../delivery/queue/stream-log.ts";
export { fingerprintOf } from "../delivery/transmit/stream/fingerprint.ts";
export { HashTree } from "../delivery/transmit/stream/hash-tree.ts";
export type { NumberRange } from "../delivery/transmit/stream/ranges.ts";
export { countOf, joinedRanges, parseRanges, rangesOf, rangesText } from "../delivery/transmit/stream/ranges.ts";
export type { FindUnopened, Unopened } from "./destinations/expiring-events.ts";
export type { LeftoverOptions } from "../delivery/pipeline/leftover.ts";
export { deadLetterLeftover } from "../delivery/pipeline/leftover.ts";
export type { Health, PipelineStatus } from "../delivery/pipeline/pipeline-status.ts";
export type { HeldEvents, HeldScope, Holdings } from "../delivery/queue/holdings.ts";
export type { Expiring, Queue, QueueListener, QueueStore, WriteBatch } from "../delivery/queue/queue-store.ts";
export { packEvents, packRuns, unpackEvents } from "../delivery/queue/packed-events.ts";
export type { ReplayAccount, ReplayEnd, ReplayHost, ReplayOptions } from "../delivery/replay/replay.ts";
export { replayDeadLetters } from "../delivery/replay/replay.ts";
export { redactedRead, replayFilterOf } from "../delivery/replay/replay-filter.ts";
export type { ReplayLock } from "../delivery/replay/replay-lock.ts";
export { takeReplayLock } from "../delivery/replay/replay-lock.ts";
export type { ReplayMark, ReplayMarks, ReplayOutcome } from "../delivery/dead-letters/replay-marks.ts";
export { forgetMarks, openReplayMarks } from "../delivery/dead-letters/replay-marks.ts";
export type { Stage } from "../delivery/dead-letters/stage.ts";
export type { WaitingCounts, WaitingDeadLetters } from "../delivery/dead-letters/waiting-dead-letters.ts";
export { createWaitingDeadLetters } from "../delivery/dead-letters/waiting-dead-letters.ts";
export type { GeoipPaths } from "../enrichment/geoip.ts";
export type { HostRedaction, RedactAction, RedactRule } from "../redaction/redact-rule.ts";
export type { Histogram } from "../telemetry/histogram.ts";
export { SEND_SECONDS_BOUNDS } from "../telemetry/histogram.ts";
export { handToConnection } from "../transport/body-memory.ts";
export type { EgressOptions } from "../transport/egress.ts";
export { createEgress } from "../transport/egress.ts";
export type { EgressGuard, GuardRules, Resolve } from "../transport/guard/guard.ts";
export { createGuard } from "../transport/guard/guard.ts";
export type { BuiltDestination } from "./config/build-destination.ts";
export { configuredDestination } from "./config/configured-destination.ts";
export { problemsOf } from "./config/config-problems.ts";
export { deadLetterPathOf, deadLetterPathsOf } from "./destinations/dead-letter-path.ts";
export type { Destination, DestinationOrigin, DestinationStatus } from "./config/destination.ts";
export type { EgressSettings } from "./config/egress-settings.ts";
export type { Host, HostStatus } from "./host.ts";
export type { HostOptions } from "./host-options.ts";
export { createHost } from "./host.ts";
export type { WorkersStatus } from "./workers/workers.ts";
export type { Explanation } from "./destinations/explain.ts";
export type { TapAccount, TapOptions, TappedEvent } from "./taps/taps.ts";
export { createSelect } from "../delivery/transmit/shape/select.ts";
export type { Select } from "../delivery/transmit/shape/select.ts";
export type { RemoveOptions } from "./destinations/live-destinations.ts";
export type { QueueLoan } from "./destinations/queue-loan.ts";
export { hideInAdvice } from "./secrets/hide-advice.ts";
export { hiderOf } from "./secrets/hide-secrets.ts";
export type { Composition, Factories } from "./compose.ts";
export type { HostParts } from "./compose-host.ts";
export { composeHost } from "./compose-host.ts";
export type { BaseParts } from "./parts.ts";
export type { ConfigProblem, FilePlace } from "./config/problem.ts";
export { ConfigError, describeProblem, placeText } from "./config/problem.ts";
export { oldEventsOf } from "./config/old-events.ts";
export type { DestinationSource } from "./config/destination-source.ts";
export { sourceText } from "./config/destination-source.ts";
export { discoverConnectors } from "./connectors/discover.ts";
export type { ConnectorPackage } from "./connectors/connector-package.ts";
export type { ConnectorRegistry } from "./connectors/registry.ts";
export { createConnectorRegistry } from "./connectors/registry.ts";
export type { Setting } from "./config/setting-table.ts";
export { jsonSchemaOf, settingsOf, variableOf } from "./config/setting-table.ts";
export { deliverySchema, deliverySettingsOf, filterOf, filterSchema } from "./config/delivery-config.ts";
export { deliveryProblems } from "./config/delivery-problems.ts";
export { tenantDeliverySchema } from "./config/tenant-delivery.ts";
export { tenantProblems } from "./config/tenant-problems.ts";
export { sameOrg } from "../event/same-org.ts";
