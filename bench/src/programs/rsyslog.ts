import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressOf, CONCURRENCY } from "../contender.ts";
import { binary } from "./binary.ts";
import type { Program } from "./program.ts";

const MODULE_FOLDERS = ["/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog", "/usr/lib/rsyslog"];

/** rsyslog with its Elasticsearch output, the one for HTTP that Debian brings. The line is passed on unread. */
export const rsyslog: Program = {
  kind: "program",
  sinks: ["elastic"],
  compression: "none",
  feed: "file",
  find() {
    const named = process.env["BENCH_RSYSLOG"];
    if (named !== undefined && named !== "") return named;
    const hasOutput = MODULE_FOLDERS.some((folder) => existsSync(join(folder, "omelasticsearch.so")));
    return hasOutput ? binary("BENCH_RSYSLOG", "rsyslogd") : undefined;
  },
  hint: "apt-get install rsyslog rsyslog-elasticsearch, or name the binary in BENCH_RSYSLOG",
  prepare({ folder, inputPath, sinks, batchSize }) {
    const { hostname, port } = new URL(addressOf(sinks, "elastic").url);
    const config = `global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imfile" mode="inotify")
module(load="omelasticsearch")
template(name="line" type="string" string="%msg%")
input(type="imfile" file="${inputPath}" tag="bench" ruleset="bench")
ruleset(name="bench" queue.type="LinkedList" queue.size="4000" queue.workerThreads="${CONCURRENCY}"
  queue.dequeueBatchSize="${batchSize}" queue.workerThreadMinimumMessages="${batchSize}") {
  action(type="omelasticsearch" server="http://${hostname}" serverport="${port}" template="line" searchIndex="bench"
    searchType="" bulkmode="on" maxbytes="4m" action.resumeRetryCount="-1")
}
`;
    const path = join(folder, "rsyslog.conf");
    writeFileSync(path, config);
    return { args: ["-n", "-f", path, "-i", join(folder, "pid")] };
  },
};
