import type { Batch, ConnectorContext, SendResult, Sink } from "@arbitex/core";
import { classifyFailure, httpClient } from "@arbitex/core";
import { checkBucket } from "./check.ts";
import { classifyReply } from "./classify.ts";
import { createCredentialSource, NoCredentials } from "./credentials.ts";
import { addressOf } from "./endpoint.ts";
import { parquetOf } from "./lake/parquet.ts";
import { lakeSourceOf, objectKey, partitionOf } from "./object-key.ts";
import type { S3Config } from "./schema.ts";
import { sha256, signed } from "./sign.ts";

/** Time limit of a request: a large object over a slow link. */
const TIMEOUT_MS = 120_000;

/** Opens the sink of a bucket: one object per batch. */
export function openS3Sink(config: S3Config, context: ConnectorContext): Sink {
  const { format, region, conditional } = config;
  const { now } = context;
  const http = httpClient({ context, tls: config, timeoutMs: TIMEOUT_MS });
  const credentials = createCredentialSource(config, http, context);

  async function put(batch: Batch, signal: AbortSignal): Promise<SendResult> {
    const [first] = batch.records;
    if (first === undefined) return { kind: "accepted" };
    const { body, type, ending } = contentOf(batch);
    const payloadHash = sha256(body);
    const url = addressOf(config, objectKey(config, first, payloadHash, ending));
    const headers = { "content-type": type, ...(conditional && { "if-none-match": "*" }) };
    const keys = await credentials.get(lakeSourceOf(config, first), signal);
    const request = { method: "PUT", url, headers, payloadHash } as const;
    const all = signed(request, keys, { region, service: "s3", now: now() });
    const sent = { url, method: "PUT", headers: all, body, batchBody: batch.body } as const;
    return classifyReply(await http.send(sent, signal), now());
  }

  /** Stores the file without a content encoding: some readers would decompress by that header, others not. */
  function contentOf({ body, records, contentEncoding }: Batch) {
    if (format === "parquet") {
      return { body: parquetOf(records), type: "application/vnd.apache.parquet", ending: "parquet" };
    }
    return contentEncoding === "gzip"
      ? { body, type: "application/gzip", ending: "ndjson.gz" }
      : { body, type: "application/x-ndjson", ending: "ndjson" };
  }

  return {
    encode: (record) => ({ record }),
    partitionKey: (record) => partitionOf(format, record),
    async send(batch, signal) {
      try {
        return await put(batch, signal);
      } catch (error) {
        return error instanceof NoCredentials ? error.verdict : classifyFailure(error);
      }
    },
    check: (signal, onStep) => checkBucket({ config, http, credentials, now }, signal, onStep),
    async close() {
      credentials.close();
    },
  };
}
