import { defineConnector, ndjson } from "@arbitex/core";
import { s3Schema } from "./schema.ts";
import { openS3Sink } from "./sink.ts";

const MIB = 1024 * 1024;

/** Amazon S3 and what speaks its protocol; with `format: parquet`, a custom source of Amazon Security Lake. */
export const s3 = defineConnector({
  type: "s3",
  displayName: "Amazon S3",
  // S3_BUCKET is a name that other software may have set.
  envPrefix: "AUDIT_S3",
  configSchema: s3Schema,
  // S3 answers once the object is stored, and every read from then on finds it.
  guarantee: "accepted",
  limits: { maxBatchBytes: 32 * MIB },
  // Parquet is compressed inside.
  compressions: ({ format }) => (format === "parquet" ? ["none"] : ["gzip", "none"]),
  // An object for each hundred events would be dear to write and slow to read. Security Lake wants one every five minutes at most.
  defaults: ({ format }) =>
    format === "parquet"
      ? { batchSize: 5000, flushIntervalMs: 300_000, compression: "none", concurrency: 1 }
      : { batchSize: 10_000, flushIntervalMs: 60_000, compression: "gzip" },
  framing: ndjson,
  open: (config, context) => openS3Sink(config, context),
});

export default s3;
export type { S3Config } from "./schema.ts";
