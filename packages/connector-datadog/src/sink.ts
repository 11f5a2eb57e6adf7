import type { ConnectorContext, Sink } from "@arbitex/core";
import { httpClient, httpSink } from "@arbitex/core";
import { checkDatadog } from "./check.ts";
import { classifyReply } from "./classify.ts";
import { createEncoder } from "./encode.ts";
import { datadogEndpoints } from "./endpoints.ts";
import type { DatadogConfig } from "./schema.ts";
import { createStaleNote } from "./stale-note.ts";

/** Opens the sink of a Datadog destination. */
export function openDatadogSink(config: DatadogConfig, context: ConnectorContext): Sink {
  const { site, url, hostname = context.hostname } = config;
  const endpoints = datadogEndpoints(site, url);
  const http = httpClient({ context, tls: config });
  const headers = { "dd-api-key": config.api_key.reveal().trim() };
  const noteStale = createStaleNote(context);

  return httpSink({
    http,
    encode: createEncoder({ ...config, hostname, now: context.now }),
    request({ records, attempt }) {
      if (config.stale === "send" && attempt === 1) noteStale(records);
      return { url: endpoints.intake, headers };
    },
    classify: (reply) => classifyReply(reply, context.now()),
    check: (signal, onStep) => checkDatadog({ http, endpoints, headers, now: context.now }, signal, onStep),
  });
}
