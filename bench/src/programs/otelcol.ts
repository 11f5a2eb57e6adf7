import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SinkAddress } from "../contender.ts";
import { CONCURRENCY } from "../contender.ts";
import { binary } from "./binary.ts";
import { presentSinks } from "./present-sinks.ts";
import type { Program } from "./program.ts";

/**
 * The OpenTelemetry Collector in its `contrib` distribution, which parses the events. Its configuration is written after its
 * documents, for the two destinations whose exporters take OCSF as it is.
 */
export function otelcol(sink: "elastic" | "splunk_hec"): Program {
  return {
    kind: "program",
    sinks: [sink],
    compression: "none",
    feed: "file",
    find: () => binary("BENCH_OTELCOL"),
    hint: "name the binary of the contrib distribution in BENCH_OTELCOL",
    prepare({ folder, inputPath, sinks: addresses, batchSize }) {
      const exporters = Object.fromEntries(presentSinks(addresses).map(({ address }) => exporter(sink, address)));
      const config = {
        receivers: {
          filelog: {
            include: [inputPath],
            start_at: "beginning",
            poll_interval: "100ms",
            operators: [{ type: "json_parser", parse_to: "body" }],
          },
        },
        processors: { batch: { send_batch_size: batchSize, send_batch_max_size: batchSize, timeout: "200ms" } },
        exporters,
        service: {
          telemetry: { logs: { level: "error" }, metrics: { level: "none" } },
          pipelines: {
            logs: { receivers: ["filelog"], processors: ["batch"], exporters: Object.keys(exporters) },
          },
        },
      };
      const path = join(folder, "otelcol.json");
      writeFileSync(path, JSON.stringify(config));
      return { args: ["--config", path] };
    },
  };
}

function exporter(sink: "elastic" | "splunk_hec", { url, config }: SinkAddress): readonly [string, object] {
  const queue = { sending_queue: { num_consumers: CONCURRENCY, queue_size: 1000, block_on_overflow: true } };
  if (sink === "splunk_hec") {
    const endpoint = `${url}/services/collector`;
    return ["splunk_hec", { ...queue, endpoint, token: String(config["token"]), disable_compression: true }];
  }
  return ["elasticsearch", { ...queue, endpoint: url, logs_index: "bench", mapping: { mode: "bodymap" } }];
}
