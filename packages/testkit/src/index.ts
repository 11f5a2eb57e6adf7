export type { BulkSimulator, BulkSimulatorOptions } from "./bulk/bulk-simulator.ts";
export { startBulkSimulator } from "./bulk/bulk-simulator.ts";
export type { FieldType } from "./bulk/documents.ts";
export type { StoredDocument } from "./bulk/indices.ts";
export type { Block } from "./bulk/items.ts";
export type { TestBatchOptions } from "./context/test-batch.ts";
export { createTestBatch } from "./context/test-batch.ts";
export { testCertificates } from "./context/test-certificates.ts";
export { createTestContext, TEST_NOW } from "./context/test-context.ts";
export type { DatadogSimulator, DatadogSimulatorOptions } from "./datadog/datadog-simulator.ts";
export { startDatadogSimulator } from "./datadog/datadog-simulator.ts";
export type { StoredLog } from "./datadog/logs.ts";
export { documentedSamples } from "./events/documented-samples.ts";
export type { EventGenerator, EventGeneratorOptions } from "./events/generator.ts";
export { createEventGenerator } from "./events/generator.ts";
export { hostileEvents, hostileTexts } from "./events/hostile-events.ts";
export type { AckOptions } from "./hec/acks.ts";
export type { HecSimulator, HecSimulatorOptions } from "./hec/hec-simulator.ts";
export { startHecSimulator } from "./hec/hec-simulator.ts";
export type { StoredHecEvent } from "./hec/intake.ts";
export type { HecToken } from "./hec/tokens.ts";
export type {
  LogsIngestionSimulator,
  LogsIngestionSimulatorOptions,
} from "./logs-ingestion/logs-ingestion-simulator.ts";
export { startLogsIngestionSimulator } from "./logs-ingestion/logs-ingestion-simulator.ts";
export type { StoredRow } from "./logs-ingestion/rows.ts";
export type { EventCounts, Keep } from "./simulator/event-store.ts";
export type { Fault, FaultKind, FaultRule } from "./simulator/fault.ts";
export type { FaultPlan } from "./simulator/fault-plan.ts";
export { faultKinds, parseFaults } from "./simulator/parse-faults.ts";
export type {
  LoggedRequest,
  Simulator,
  SimulatorCounts,
  SimulatorOptions,
  SimulatorTls,
} from "./simulator/simulator.ts";
export type { SimulatorEntry } from "./simulators.ts";
export { findSimulator, simulators } from "./simulators.ts";
export type { SyslogFraming } from "./syslog/splitter.ts";
export type { StoredSyslogMessage, SyslogSimulator, SyslogSimulatorOptions } from "./syslog/syslog-simulator.ts";
export { startSyslogSimulator } from "./syslog/syslog-simulator.ts";
export type { StoredMessage } from "./sumo/messages.ts";
export type { SumoSimulator, SumoSimulatorOptions } from "./sumo/sumo-simulator.ts";
export { startSumoSimulator } from "./sumo/sumo-simulator.ts";
export type { StoredXsiamRecord, XsiamSimulator, XsiamSimulatorOptions } from "./xsiam/xsiam-simulator.ts";
export { startXsiamSimulator } from "./xsiam/xsiam-simulator.ts";
