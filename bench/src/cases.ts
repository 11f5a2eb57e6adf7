import type { Sender } from "./contender.ts";
import { everySink } from "./contender.ts";
import { fluentBit } from "./programs/fluent-bit.ts";
import { otelcol } from "./programs/otelcol.ts";
import { ourServer } from "./programs/our-server.ts";
import type { Program } from "./programs/program.ts";
import { rsyslog } from "./programs/rsyslog.ts";
import { syslogNg } from "./programs/syslog-ng.ts";
import { vector } from "./programs/vector.ts";
import { azureClient } from "./senders/azure-client.ts";
import { datadogClient } from "./senders/datadog-client.ts";
import { elasticsearchClient } from "./senders/elasticsearch-client.ts";
import { fetchLoop } from "./senders/fetch-loop.ts";
import { ours } from "./senders/ours.ts";
import { pinoToElasticsearch } from "./senders/pino-elasticsearch.ts";
import { prototype } from "./senders/prototype.ts";
import { splunkLogging } from "./senders/splunk-logging.ts";
import { winstonFanOut } from "./senders/winston-fan-out.ts";

/** One way to deliver the events of a case. */
type Contender = Sender | Program;

/** Contenders that do the same work, to be compared with each other. */
export interface BenchCase {
  readonly name: string;
  readonly title: string;
  /** The contender that is 1.0 in every ratio of this case. */
  readonly yardstick: string;
  readonly contenders: Readonly<Record<string, Contender>>;
}

export const cases: readonly BenchCase[] = [
  {
    name: "five",
    title: "five destinations, plain",
    yardstick: "prototype, objects",
    contenders: {
      "ours, objects": ours(everySink),
      "ours, objects, disk queue": ours(everySink, { isDurable: true }),
      "ours, objects, 1 worker": ours(everySink, { workers: 1 }),
      "ours, objects, 2 workers": ours(everySink, { workers: 2 }),
      "ours, texts": ours(everySink, { input: "texts" }),
      "ours, texts unread": ours(everySink, { input: "texts", validation: "off" }),
      "ours, server by HTTP, disk queue": ourServer(everySink, "http"),
      "ours, server by HTTP, disk queue, batch: auto": ourServer(everySink, "http", { batch: "auto" }),
      "ours, server by HTTP, disk queue, 1 worker": ourServer(everySink, "http", { workers: 1 }),
      "ours, server by stdin": ourServer(everySink, "stdin"),
      "prototype, objects": prototype(everySink, "objects"),
      "prototype, texts": prototype(everySink, "texts"),
      "prototype, texts unread": prototype(everySink, "raw"),
      "fetch by hand": fetchLoop(everySink),
      "winston, five transports": winstonFanOut(everySink),
      "syslog-ng, parsed": syslogNg(everySink, "parsed"),
      "syslog-ng, unread": syslogNg(everySink, "unread"),
      // Fluent Bit knows no batch size: Datadog and Sentinel refuse its requests as too large, and it lets the events go.
      Vector: vector(everySink),
    },
  },
  {
    name: "integrity",
    title: "five destinations, plain, numbers and fingerprints at each",
    yardstick: "objects, disk queue",
    contenders: {
      "objects, disk queue": ours(everySink, { isDurable: true }),
      "objects, disk queue, integrity": ours(everySink, { isNumbered: true }),
      "texts, disk queue": ours(everySink, { input: "texts", isDurable: true }),
      "texts, disk queue, integrity": ours(everySink, { input: "texts", isNumbered: true }),
    },
  },
  {
    name: "five-gzip",
    title: "five destinations, gzip",
    yardstick: "prototype, objects",
    contenders: {
      "ours, objects": ours(everySink, { compression: "gzip" }),
      "ours, objects, 1 worker": ours(everySink, { compression: "gzip", workers: 1 }),
      "ours, objects, 2 workers": ours(everySink, { compression: "gzip", workers: 2 }),
      "ours, server by HTTP, disk queue": ourServer(everySink, "http", { compression: "gzip" }),
      "ours, server by HTTP, disk queue, 1 worker": ourServer(everySink, "http", { compression: "gzip", workers: 1 }),
      "prototype, objects": prototype(everySink, "objects", "gzip"),
      "fetch by hand": fetchLoop(everySink, "gzip"),
    },
  },
  {
    name: "hec",
    title: "one destination, Splunk HEC, plain",
    yardstick: "prototype, objects",
    contenders: {
      "ours, objects": ours(["splunk_hec"]),
      "ours, texts": ours(["splunk_hec"], { input: "texts" }),
      "ours, texts unread": ours(["splunk_hec"], { input: "texts", validation: "off" }),
      "ours, server by HTTP, disk queue": ourServer(["splunk_hec"], "http"),
      "ours, server by stdin": ourServer(["splunk_hec"], "stdin"),
      "prototype, objects": prototype(["splunk_hec"], "objects"),
      "prototype, texts": prototype(["splunk_hec"], "texts"),
      "prototype, texts unread": prototype(["splunk_hec"], "raw"),
      "splunk-logging": splunkLogging,
      "fetch by hand": fetchLoop(["splunk_hec"]),
      "syslog-ng, parsed": syslogNg(["splunk_hec"], "parsed"),
      "syslog-ng, unread": syslogNg(["splunk_hec"], "unread"),
      "Fluent Bit": fluentBit(["splunk_hec"]),
      Vector: vector(["splunk_hec"]),
      "OpenTelemetry Collector": otelcol("splunk_hec"),
    },
  },
  {
    name: "elasticsearch",
    title: "one destination, Elasticsearch, plain",
    yardstick: "prototype, objects",
    contenders: {
      "ours, objects": ours(["elastic"]),
      "ours, texts": ours(["elastic"], { input: "texts" }),
      "prototype, objects": prototype(["elastic"], "objects"),
      "prototype, texts": prototype(["elastic"], "texts"),
      "@elastic/elasticsearch, bulk": elasticsearchClient,
      "pino-elasticsearch": pinoToElasticsearch,
      "fetch by hand": fetchLoop(["elastic"]),
      "rsyslog, unread": rsyslog,
      "syslog-ng, unread": syslogNg(["elastic"], "unread"),
      "Fluent Bit": fluentBit(["elastic"]),
      Vector: vector(["elastic"]),
      "OpenTelemetry Collector": otelcol("elastic"),
    },
  },
  {
    name: "datadog",
    title: "one destination, Datadog, plain",
    yardstick: "prototype, objects",
    contenders: {
      "ours, objects": ours(["datadog"]),
      "prototype, objects": prototype(["datadog"], "objects"),
      "@datadog/datadog-api-client": datadogClient,
    },
  },
  {
    name: "sumo",
    title: "one destination, Sumo Logic, plain",
    yardstick: "prototype, objects",
    contenders: {
      "ours, objects": ours(["sumo_logic"]),
      "prototype, objects": prototype(["sumo_logic"], "objects"),
    },
  },
  {
    name: "sentinel",
    title: "one destination, Sentinel, gzip",
    yardstick: "prototype, objects",
    contenders: {
      "ours, objects": ours(["sentinel"], { compression: "gzip" }),
      "ours, objects, TLS": ours(["sentinel"], { compression: "gzip", tls: true }),
      "ours, objects, TLS, 1 worker": ours(["sentinel"], { compression: "gzip", tls: true, workers: 1 }),
      "prototype, objects": prototype(["sentinel"], "objects", "gzip"),
      "@azure/monitor-ingestion, TLS": azureClient,
    },
  },
];

export function contenderNamed(caseName: string, name: string): Contender | undefined {
  return cases.find((each) => each.name === caseName)?.contenders[name];
}
