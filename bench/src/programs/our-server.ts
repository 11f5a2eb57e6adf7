import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Compression, SinkType } from "../contender.ts";
import { BATCH_SIZE, CONCURRENCY } from "../contender.ts";
import type { Program } from "./program.ts";
import { presentSinks } from "./present-sinks.ts";

/** Usual batches that one of a destination that is behind may hold. */
const LARGEST_BATCHES = 20;

export interface OurServerOptions {
  readonly compression?: Compression;
  readonly workers?: number;
  /** With `auto` as many events may wait as make large batches. */
  readonly batch?: "fixed" | "auto";
}

/** Our server as it is installed: its own process, configured by a file. What is posted is on the disk before it is acknowledged. */
export function ourServer(
  sinks: readonly SinkType[],
  feed: "http" | "stdin",
  { compression = "none", workers = 0, batch = "fixed" }: OurServerOptions = {},
): Program {
  return {
    kind: "program",
    sinks,
    compression,
    feed,
    hint: "it is this repository's own",
    find: () => process.execPath,
    prepare({ folder, sinks: addresses, batchSize, port, root }) {
      const destinations = presentSinks(addresses).map(({ type, address }) => ({
        id: type,
        type,
        config: address.config,
        delivery: {
          batch_size: batchSize,
          concurrency: CONCURRENCY,
          compression,
          ...(batch === "auto" && { batch }),
          max_queued_events: (batch === "auto" ? 2 * LARGEST_BATCHES : 2) * CONCURRENCY * BATCH_SIZE,
          overflow: "block",
          flush_interval: "100ms",
        },
      }));
      const config = join(folder, "siem.config.json");
      const document = {
        environment: false,
        workers,
        destinations,
        dead_letters: { path: join(folder, "dead-letters") },
        queue: { path: join(folder, "queue") },
      };
      writeFileSync(config, JSON.stringify(document));
      const input = feed === "stdin" ? ["--input", "-"] : ["--port", String(port)];
      return {
        cwd: root,
        args: [join(root, "packages", "server", "bin", "arbitex-siem.js"), "run", "--config", config, ...input],
        environment: { LOG_LEVEL: "error", NO_COLOR: "1" },
      };
    },
  };
}
