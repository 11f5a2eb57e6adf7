import { startBulkSimulator } from "./bulk/bulk-simulator.ts";
import type { FaultName, Reasons } from "./fault-names.ts";
import { faultNames } from "./fault-names.ts";
import { startChronicleSimulator } from "./chronicle/chronicle-simulator.ts";
import { startDatadogSimulator } from "./datadog/datadog-simulator.ts";
import { startFileSimulator } from "./file/file-simulator.ts";
import { startHecSimulator } from "./hec/hec-simulator.ts";
import { startLogsIngestionSimulator } from "./logs-ingestion/logs-ingestion-simulator.ts";
import type { Simulator, SimulatorOptions } from "./simulator/simulator.ts";
import { startOtlpSimulator } from "./otlp/otlp-simulator.ts";
import { startS3Simulator } from "./s3/s3-simulator.ts";
import { startSumoSimulator } from "./sumo/sumo-simulator.ts";
import { startSyslogSimulator } from "./syslog/syslog-simulator.ts";
import { unansweredFaults } from "./unanswered-faults.ts";
import { startWebhookSimulator } from "./webhook/webhook-simulator.ts";
import { startXsiamSimulator } from "./xsiam/xsiam-simulator.ts";

/** A simulator as the command line lists it. */
export interface SimulatorEntry {
  readonly displayName: string;
  /** Other names for the connector's type that a user may type. */
  readonly aliases: readonly string[];
  /** The usual port of the SIEM itself. */
  readonly defaultPort: number;
  readonly start: (options?: SimulatorOptions) => Promise<Simulator>;
  /** Set when all batches use one connection, so that a fault affects every batch under way. */
  readonly sharesConnection?: boolean;
  /** Faults of the conformance suite that cannot occur with this protocol, each with the reason. */
  readonly lacks?: Reasons<FaultName>;
}

const LACKS_OF_FILES: Reasons<FaultName> = Object.fromEntries(
  faultNames
    .filter((name) => name !== "accepted")
    .map((name) => [name, "a folder has neither connections nor answers"]),
);
const TAKEN_WHOLE = "its answer holds for the whole body, never for single events";

/** All simulators, by their connector's type. */
export const simulators: Readonly<Record<string, SimulatorEntry>> = {
  splunk_hec: { displayName: "Splunk HEC", aliases: ["splunk", "hec"], defaultPort: 8088, start: startHecSimulator },
  elastic: {
    displayName: "Elasticsearch",
    aliases: ["elasticsearch"],
    defaultPort: 9200,
    start: startBulkSimulator,
  },
  datadog: {
    displayName: "Datadog",
    aliases: ["dd"],
    defaultPort: 443,
    start: startDatadogSimulator,
    lacks: { partial: TAKEN_WHOLE },
  },
  sentinel: {
    displayName: "Microsoft Sentinel",
    aliases: ["azure", "logs_ingestion"],
    defaultPort: 443,
    start: startLogsIngestionSimulator,
    lacks: { partial: TAKEN_WHOLE },
  },
  sumo_logic: {
    displayName: "Sumo Logic",
    aliases: ["sumo", "sumologic"],
    defaultPort: 443,
    start: startSumoSimulator,
    lacks: { partial: TAKEN_WHOLE },
  },
  qradar: {
    displayName: "IBM QRadar",
    aliases: ["cef", "leef"],
    defaultPort: 6514,
    start: startSyslogSimulator,
    sharesConnection: true,
    lacks: unansweredFaults,
  },
  syslog: {
    displayName: "Syslog",
    aliases: ["rsyslog", "syslog_ng"],
    defaultPort: 6514,
    start: (options) => startSyslogSimulator({ ...options, type: "syslog" }),
    sharesConnection: true,
    lacks: unansweredFaults,
  },
  s3: {
    displayName: "Amazon S3",
    aliases: ["security_lake"],
    defaultPort: 443,
    start: startS3Simulator,
    lacks: { partial: TAKEN_WHOLE, poisoned: "S3 does not look into objects, and refuses none for an event in it" },
  },
  file: {
    displayName: "File",
    aliases: ["ndjson"],
    // A folder has no port.
    defaultPort: 0,
    start: startFileSimulator,
    lacks: LACKS_OF_FILES,
  },
  google_secops: {
    displayName: "Google SecOps",
    aliases: ["chronicle", "secops"],
    defaultPort: 443,
    start: startChronicleSimulator,
    lacks: { partial: TAKEN_WHOLE },
  },
  cortex_xsiam: {
    displayName: "Cortex XSIAM",
    aliases: ["xsiam", "cortex"],
    defaultPort: 443,
    start: startXsiamSimulator,
    lacks: { partial: TAKEN_WHOLE },
  },
  webhook: {
    displayName: "Webhook",
    aliases: ["webhooks", "standard_webhooks"],
    defaultPort: 443,
    start: startWebhookSimulator,
    lacks: { partial: TAKEN_WHOLE },
  },
  otlp_http: {
    displayName: "OTLP/HTTP",
    aliases: ["otlp", "opentelemetry"],
    defaultPort: 4318,
    start: startOtlpSimulator,
    lacks: {
      partial: "its partial success tells how many events were refused and not which, so that all are set aside",
    },
  },
};

/** The simulator of this connector type or alias. */
export function findSimulator(name: string): SimulatorEntry | undefined {
  const wanted = name.toLowerCase().replaceAll("-", "_");
  const found = Object.entries(simulators).find(([type, { aliases }]) => type === wanted || aliases.includes(wanted));
  return found?.[1];
}
