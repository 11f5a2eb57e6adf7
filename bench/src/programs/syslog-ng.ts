import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SinkAddress, SinkType } from "../contender.ts";
import { CONCURRENCY } from "../contender.ts";
import { wires } from "../senders/wire.ts";
import { binary } from "./binary.ts";
import { presentSinks } from "./present-sinks.ts";
import type { Program } from "./program.ts";

/** syslog-ng with its HTTP destination; `parsed` reads the event's JSON and writes it again, otherwise the line is passed on. */
export function syslogNg(sinks: readonly SinkType[], events: "parsed" | "unread"): Program {
  const event = events === "parsed" ? "$(format-json .e.* --shift-levels 2)" : "$MESSAGE";
  return {
    kind: "program",
    sinks,
    compression: "none",
    feed: "file",
    find: () => binary("BENCH_SYSLOG_NG", "syslog-ng"),
    hint: "apt-get install syslog-ng-core syslog-ng-mod-http, or name the binary in BENCH_SYSLOG_NG",
    prepare({ folder, inputPath, sinks: addresses, batchSize }) {
      const targets = presentSinks(addresses);
      const destinations = targets.map(({ type, address }) => destination({ type, address, event, batchSize }));
      const config = `@version: 3.38
options { stats-freq(0); time-reopen(1); };
source input { file("${inputPath}" flags(no-parse) follow-freq(${batchSize === 1 ? 0.01 : 0.1}) log-fetch-limit(1000) log-iw-size(4000)); };
parser json { json-parser(prefix(".e.")); };
${destinations.join("\n")}
log { source(input); ${events === "parsed" ? "parser(json); " : ""}${targets.map(({ type }) => `destination(${type});`).join(" ")} flags(flow-control); };
`;
      const path = join(folder, "syslog-ng.conf");
      writeFileSync(path, config);
      const files = ["-R", join(folder, "persist"), "-p", join(folder, "pid"), "-c", join(folder, "control")];
      return { args: ["-F", "-f", path, "--no-caps", ...files] };
    },
  };
}

/** The line, and what has to stand around it for this SIEM to take it. */
const bodies: Readonly<Record<SinkType, (event: string) => string>> = {
  splunk_hec: (event) => `{"event":${event}}`,
  // Ids and times would need the parsed event: an index, not a data stream.
  elastic: (event) => `{"index":{"_index":"bench"}}\n${event}`,
  datadog: (event) => `{"ddsource":"arbitex","ocsf":${event}}`,
  sumo_logic: (event) => event,
  sentinel: (event) => event,
};

interface DestinationOptions {
  readonly type: SinkType;
  readonly address: SinkAddress;
  /** The event, as a template. */
  readonly event: string;
  readonly batchSize: number;
}

function destination({ type, address, event, batchSize }: DestinationOptions): string {
  const wire = wires[type];
  const { prefix, separator, suffix } = wire;
  const target = type === "elastic" ? `${address.url}/_bulk` : wire.url(address);
  const lines = Object.entries(wire.headers(address)).map(([name, value]) => `"${name}: ${value}"`);
  return `destination ${type} { http(
  url("${target}") method("POST") headers(${lines.join(" ")}) user-agent("")
  body('${bodies[type](event)}') body-prefix("${prefix}") delimiter("${escaped(separator)}") body-suffix("${escaped(suffix)}")
  batch-lines(${batchSize}) batch-timeout(200) workers(${CONCURRENCY}) timeout(30)
); };`;
}

function escaped(text: string): string {
  return text.replaceAll("\n", "\\n");
}
