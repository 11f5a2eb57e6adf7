import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SinkAddress, SinkType } from "../contender.ts";
import { BATCH_SIZE, CONCURRENCY } from "../contender.ts";
import { wires } from "../senders/wire.ts";
import { binary } from "./binary.ts";
import { presentSinks } from "./present-sinks.ts";
import type { Program } from "./program.ts";

/** Vector, which parses the events. Its configuration is written after its documents. */
export function vector(sinks: readonly SinkType[]): Program {
  return {
    kind: "program",
    sinks,
    compression: "none",
    feed: "file",
    find: () => binary("BENCH_VECTOR"),
    hint: "name the binary in BENCH_VECTOR",
    prepare({ folder, inputPath, sinks: addresses, batchSize }) {
      const config = {
        data_dir: folder,
        sources: { input: { type: "file", include: [inputPath], read_from: "beginning", max_line_bytes: 1_048_576 } },
        transforms: { parsed: { type: "remap", inputs: ["input"], source: ". = parse_json!(.message)" } },
        sinks: Object.fromEntries(
          presentSinks(addresses).map(({ type, address }) => {
            const batch = { max_events: batchSize, timeout_secs: 0.2 };
            return [type, { ...common, batch, ...sink(type, address) }];
          }),
        ),
      };
      const path = join(folder, "vector.json");
      writeFileSync(path, JSON.stringify(config));
      return { args: ["--quiet", "--config-json", path] };
    },
  };
}

const common = {
  inputs: ["parsed"],
  buffer: { type: "memory", max_events: 8 * BATCH_SIZE, when_full: "block" },
  request: { concurrency: CONCURRENCY },
  healthcheck: { enabled: false },
};

function sink(type: SinkType, address: SinkAddress): object {
  const { url, config } = address;
  switch (type) {
    case "splunk_hec":
      return {
        type: "splunk_hec_logs",
        endpoint: url,
        default_token: String(config["token"]),
        encoding: { codec: "json" },
      };
    case "elastic":
      return { type: "elasticsearch", endpoints: [url], mode: "bulk", api_version: "v8", bulk: { index: "bench" } };
    case "datadog":
      return { type: "datadog_logs", endpoint: url, default_api_key: String(config["api_key"]), compression: "none" };
    case "sumo_logic":
    case "sentinel": {
      const { "content-type": _, ...headers } = wires[type].headers(address);
      return {
        type: "http",
        uri: wires[type].url(address),
        encoding: { codec: "json" },
        ...(type === "sumo_logic" && { framing: { method: "newline_delimited" } }),
        request: { ...common.request, headers },
      };
    }
    default:
      return type satisfies never;
  }
}
