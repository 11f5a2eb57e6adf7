import { defineConnector, httpClient, httpSink, ndjson } from "@arbitex/core";
import { createCheck } from "./check.ts";
import { classifyBulk } from "./classify.ts";
import { createEncode } from "./encode.ts";
import { bulkUrl, headersOf } from "./request.ts";
import { configSchema } from "./schema.ts";

/** A bulk waits up to 60 s for shards and mappings; after that the node says itself what is missing. */
const TIMEOUT_MS = 75_000;

/** Elasticsearch, on premises, in Elastic Cloud and serverless, and OpenSearch, through their bulk API. */
export const elastic = defineConnector({
  type: "elastic",
  displayName: "Elasticsearch",
  envPrefix: "ELASTIC",
  guarantee: "indexed",
  configSchema,
  // What Elastic's own clients flush at; the smallest hosted OpenSearch nodes refuse bodies over 10 MiB.
  limits: { maxBatchBytes: 5_000_000 },
  framing: ndjson,
  open(config, context) {
    const http = httpClient({ context, tls: config, timeoutMs: TIMEOUT_MS });
    const headers = headersOf(config);
    const url = new URL(bulkUrl(config));
    return httpSink({
      http,
      encode: createEncode(),
      request: () => ({ url, headers }),
      classify: (reply, batch) => classifyBulk(reply, batch, context.now()),
      check: createCheck({ http, headers, config, now: context.now }),
    });
  },
});

export default elastic;
