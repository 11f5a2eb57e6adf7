import { defineConnector, ndjson } from "@arbitex/core";
import { fileSchema } from "./schema.ts";
import { openFileSink } from "./sink.ts";

/** Files on a volume of this machine: an archive, a WORM store, the way over an air gap. */
export const file = defineConnector({
  type: "file",
  displayName: "File",
  // FILE_PATH is a name that other software may have set.
  envPrefix: "AUDIT_FILE",
  configSchema: fileSchema,
  // Good only once the events, and the line of the chain that seals them, would survive a power cut.
  guarantee: "accepted",
  // A batch is written and synced at once; a larger one is hardly faster.
  limits: { maxBatchBytes: 4_194_304 },
  // The chain is of the bytes as they stand in the file, which any tool reads.
  compressions: ["none"],
  // Two syncs for each batch are what a batch costs. One at a time: each batch's hash holds the one before.
  defaults: { batchSize: 1000, concurrency: 1 },
  framing: ndjson,
  open: (config, context) => openFileSink(config, context),
});

export default file;
export type { FileConfig } from "./schema.ts";
