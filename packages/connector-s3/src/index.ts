import { defineConnector, ndjson } from "@arbitex/core";
import { s3Schema } from "./schema.ts";
import { openS3Sink } from "./sink.ts";

const MIB = 1024 * 1024;

/** Amazon S3 and compatible storage; with `format: parquet`, a custom source of Amazon Security Lake. */
export const s3 = defineConnector({
  type: "s3",
  displayName: "Amazon S3",
  // Other software may set S3_BUCKET.
  envPrefix: "AUDIT_S3",
  configSchema: s3Schema,
  // S3 answers once the object is stored and readable.
  guarantee: "accepted",
  limits: { maxBatchBytes: 32 * MIB },
  // Parquet is compressed inside.
  compressions: ({ format }) => (format === "parquet" ? ["none"] : ["gzip", "none"]),
  // One object per hundred events would be expensive to write and slow to read. Security Lake wants at most one per
  // five minutes.
  defaults: ({ format }) =>
    format === "parquet"
      ? { batchSize: 5000, flushIntervalMs: 300_000, compression: "none", concurrency: 1 }
      : { batchSize: 10_000, flushIntervalMs: 60_000, compression: "gzip" },
  framing: ndjson,
  open: (config, context) => openS3Sink(config, context),
});

export default s3;
export type { S3Config } from "./schema.ts";
