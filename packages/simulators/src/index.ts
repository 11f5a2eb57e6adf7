export type { BulkSimulator, BulkSimulatorOptions } from "./bulk/bulk-simulator.ts";
export { startBulkSimulator } from "./bulk/bulk-simulator.ts";
export type { StoredVictoriaRow, VictoriaLogsSimulator } from "./bulk/victoria-logs-simulator.ts";
export { startVictoriaLogsSimulator } from "./bulk/victoria-logs-simulator.ts";
export type { FieldType } from "./bulk/documents.ts";
export type { StoredDocument } from "./bulk/indices.ts";
export type { Block } from "./bulk/items.ts";
export type { ChronicleSimulator, ChronicleSimulatorOptions } from "./chronicle/chronicle-simulator.ts";
export { startChronicleSimulator } from "./chronicle/chronicle-simulator.ts";
export { serviceAccountKeyFile } from "./chronicle/google-tokens.ts";
export type { StoredLogEntry } from "./chronicle/log-entries.ts";
export type { DatadogSimulator, DatadogSimulatorOptions } from "./datadog/datadog-simulator.ts";
export { startDatadogSimulator } from "./datadog/datadog-simulator.ts";
export type { StoredLog } from "./datadog/logs.ts";
export type { EventGenerator, EventGeneratorOptions } from "./events/generator.ts";
export { createEventGenerator } from "./events/generator.ts";
export type { Random } from "./events/random.ts";
export { createRandom, integer, pick } from "./events/random.ts";
export { startFileSimulator } from "./file/file-simulator.ts";
export type { S3Simulator, S3SimulatorOptions, StoredObject } from "./s3/s3-simulator.ts";
export { startS3Simulator } from "./s3/s3-simulator.ts";
export type { FaultName, Reasons } from "./fault-names.ts";
export { faultNames } from "./fault-names.ts";
export type { AckOptions } from "./hec/acks.ts";
export type { HecSimulator, HecSimulatorOptions } from "./hec/hec-simulator.ts";
export { startHecSimulator } from "./hec/hec-simulator.ts";
export type {
  HecRelativeSimulator,
  HecRelativeSimulatorOptions,
  StoredRelativeEvent,
} from "./hec/hec-relative-simulator.ts";
export { startHecRelativeSimulator } from "./hec/hec-relative-simulator.ts";
export type { HecRelativeName } from "./hec/hec-relatives.ts";
export type { StoredHecEvent } from "./hec/intake.ts";
export type { HecToken } from "./hec/tokens.ts";
export type {
  LogsIngestionSimulator,
  LogsIngestionSimulatorOptions,
} from "./logs-ingestion/logs-ingestion-simulator.ts";
export { startLogsIngestionSimulator } from "./logs-ingestion/logs-ingestion-simulator.ts";
export type { StoredRow } from "./logs-ingestion/rows.ts";
export type {
  Answer,
  Behaviour,
  BodyProblem,
  Reply,
  RequestHead,
  SimulatedRequest,
  Spoil,
} from "./simulator/behaviour.ts";
export { htmlReply, jsonReply } from "./simulator/behaviour.ts";
export { eventIdOf } from "./simulator/event-id.ts";
export type { EventCounts, EventStore, Keep } from "./simulator/event-store.ts";
export { createEventStore } from "./simulator/event-store.ts";
export type { Fault, FaultKind, FaultRule } from "./simulator/fault.ts";
export type { FaultPlan, FaultSource } from "./simulator/fault-plan.ts";
export { createFaultPlan } from "./simulator/fault-plan.ts";
export { startHttpSimulator } from "./simulator/http-simulator.ts";
export { isObject, parseJson } from "./simulator/json.ts";
export { faultKinds, parseFaults } from "./simulator/parse-faults.ts";
export type {
  LoggedRequest,
  Simulator,
  SimulatorCounts,
  SimulatorOptions,
  SimulatorTls,
} from "./simulator/simulator.ts";
export type { LineFraming } from "./simulator/splitter.ts";
export { testCertificates } from "./simulator/test-certificates.ts";
export type {
  LineAddress,
  LineBehaviour,
  LineMessage,
  TlsLineSimulator,
} from "./simulator/tls-line-simulator.ts";
export { startTlsLineSimulator } from "./simulator/tls-line-simulator.ts";
export type { SimulatorEntry } from "./simulators.ts";
export { findSimulator, simulators } from "./simulators.ts";
export type { SyslogSimulator, SyslogSimulatorOptions } from "./syslog/syslog-simulator.ts";
export { startSyslogSimulator } from "./syslog/syslog-simulator.ts";
export type { StoredMessage } from "./sumo/messages.ts";
export type { SumoSimulator, SumoSimulatorOptions } from "./sumo/sumo-simulator.ts";
export { startSumoSimulator } from "./sumo/sumo-simulator.ts";
export type { StoredLogRecord } from "./otlp/log-records.ts";
export type { OtlpSimulator, OtlpSimulatorOptions } from "./otlp/otlp-simulator.ts";
export { startOtlpSimulator } from "./otlp/otlp-simulator.ts";
export { unansweredFaults } from "./unanswered-faults.ts";
export type { ReceivedEvent, WebhookSimulator, WebhookSimulatorOptions } from "./webhook/webhook-simulator.ts";
export { startWebhookSimulator } from "./webhook/webhook-simulator.ts";
export type { StoredXsiamRecord, XsiamSimulator, XsiamSimulatorOptions } from "./xsiam/xsiam-simulator.ts";
export { startXsiamSimulator } from "./xsiam/xsiam-simulator.ts";
