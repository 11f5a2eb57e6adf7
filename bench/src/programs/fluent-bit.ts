import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SinkAddress, SinkType } from "../contender.ts";
import { wires } from "../senders/wire.ts";
import { binary } from "./binary.ts";
import { presentSinks } from "./present-sinks.ts";
import type { Program } from "./program.ts";

/** Fluent Bit, which parses the events. It knows no batch size: a request carries what came in since the last flush. */
export function fluentBit(sinks: readonly SinkType[]): Program {
  return {
    kind: "program",
    sinks,
    compression: "none",
    feed: "file",
    find: () => binary("BENCH_FLUENT_BIT", "fluent-bit"),
    hint: "name the binary in BENCH_FLUENT_BIT",
    prepare({ folder, inputPath, sinks: addresses, batchSize }) {
      const outputs = presentSinks(addresses).map(({ type, address }) => output(type, address));
      const parsers = join(folder, "parsers.conf");
      writeFileSync(parsers, "[PARSER]\n  name json\n  format json\n");
      const config = `[SERVICE]
  flush ${batchSize === 1 ? 0.01 : 0.1}
  grace 1
  log_level error
  parsers_file ${parsers}
[INPUT]
  name tail
  path ${inputPath}
  parser json
  read_from_head on
  refresh_interval 1
  buffer_max_size 1M
  mem_buf_limit 32M
${outputs.join("\n")}
`;
      const path = join(folder, "fluent-bit.conf");
      writeFileSync(path, config);
      return { args: ["-c", path] };
    },
  };
}

function output(type: SinkType, address: SinkAddress): string {
  const { hostname, port } = new URL(address.url);
  const common = `  match *\n  host ${hostname}\n  port ${port}\n  tls off\n  retry_limit no_limits\n  workers 1`;
  switch (type) {
    case "splunk_hec":
      return `[OUTPUT]\n  name splunk\n${common}\n  splunk_token ${String(address.config["token"])}`;
    case "elastic":
      return `[OUTPUT]\n  name es\n${common}\n  index bench\n  suppress_type_name on\n  buffer_size 8M`;
    case "datadog":
    case "sumo_logic":
    case "sentinel": {
      const { pathname, search } = new URL(wires[type].url(address));
      const { "content-type": _, ...headers } = wires[type].headers(address);
      const lines = Object.entries(headers).map(([name, value]) => `  header ${name} ${value}`);
      const format = type === "sumo_logic" ? "json_lines" : "json";
      return `[OUTPUT]\n  name http\n${common}\n  uri ${pathname}${search}\n  format ${format}\n${lines.join("\n")}`;
    }
    default:
      return type satisfies never;
  }
}
