import { defineConnector, httpClient, httpSink, ndjson } from "@arbitex/core";
import { createCheck } from "./check.ts";
import { dialects } from "./dialects.ts";
import { createEncode } from "./encode.ts";
import { headersOf } from "./request.ts";
import { configSchema } from "./schema.ts";

/** A bulk waits up to 60 s for shards and mappings; then the node itself reports what is missing. */
const TIMEOUT_MS = 75_000;

/** Elasticsearch, on premises, in Elastic Cloud and serverless, OpenSearch and VictoriaLogs, through their bulk API. */
export const elastic = defineConnector({
  type: "elastic",
  displayName: "Elasticsearch",
  envPrefix: "ELASTIC",
  guarantee: ({ dialect }) => dialects[dialect].guarantee,
  configSchema,
  limits: ({ dialect }) => dialects[dialect].limits,
  oldEvents: ({ dialect }) => dialects[dialect].oldEvents,
  framing: ndjson,
  open(config, context) {
    const http = httpClient({ context, tls: config, timeoutMs: TIMEOUT_MS });
    const dialect = dialects[config.dialect];
    const headers = headersOf(config, dialect.headers);
    const url = new URL(dialect.bulkUrl(config));
    const encode = createEncode();
    return httpSink({
      http,
      encode: dialect.refuseDropped === undefined ? encode : dialect.refuseDropped(encode),
      request: () => ({ url, headers }),
      classify: (reply, batch) => dialect.classify(reply, batch, context.now()),
      check: createCheck({ http, headers, config, now: context.now }),
    });
  },
});

export default elastic;
