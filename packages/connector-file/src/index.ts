import { defineConnector, ndjson } from "@arbitex/core";
import { fileSchema } from "./schema.ts";
import { openFileSink } from "./sink.ts";

/** Files on a volume of this machine: for an archive, a WORM store or an air gap. */
export const file = defineConnector({
  type: "file",
  displayName: "File",
  // Other software may set FILE_PATH.
  envPrefix: "AUDIT_FILE",
  configSchema: fileSchema,
  // Accepted once the events and their seal in the chain would survive a power cut.
  guarantee: "accepted",
  // A batch is written and synced at once; a larger one is hardly faster.
  limits: { maxBatchBytes: 4_194_304 },
  // The chain covers the bytes in the file, which any tool can read.
  compressions: ["none"],
  // A batch costs two syncs. One at a time, since each hash covers the previous one.
  defaults: { batchSize: 1000, concurrency: 1 },
  framing: ndjson,
  open: (config, context) => openFileSink(config, context),
});

export default file;
export type { FileConfig } from "./schema.ts";
