import type { ConnectorContext, HttpClient, Sink } from "@arbitex/core";
import { httpClient, httpSink } from "@arbitex/core";
import { checkSource } from "./check.ts";
import { classifyReply } from "./classify.ts";
import { encode } from "./encode.ts";
import { createNewUrlGrace } from "./new-url-grace.ts";
import type { SumoConfig } from "./schema.ts";
import { createRedactor } from "./source-url.ts";

/** Opens the sink of an HTTP source. */
export function openSumoSink(config: SumoConfig, context: ConnectorContext): Sink {
  const url = new URL(config.http_source_url.reveal().trim());
  const http = redacting(httpClient({ context, tls: config }), createRedactor(url));
  const headers = headersOf(config, context.hostname);
  const grace = createNewUrlGrace();

  return httpSink({
    http,
    encode,
    request: () => ({ url, headers }),
    classify(reply, { attempt }) {
      const now = context.now();
      const result = classifyReply(reply, now);
      if (result.kind === "accepted") grace.worked();
      return reply.status === 401 ? (grace.refused(reply, attempt, now) ?? result) : result;
    },
    check: (signal) => checkSource({ http, url, headers, now: context.now }, signal),
  });
}

/** Returns the headers, which apply to a whole request and are the same for every batch. */
function headersOf({ source_category, source_name, source_host, fields }: SumoConfig, hostname: string) {
  return {
    "x-sumo-category": source_category,
    "x-sumo-name": source_name,
    "x-sumo-host": source_host ?? hostname.replaceAll(/[^\x20-\x7e]/g, "?"),
    ...(fields !== undefined && { "x-sumo-fields": fields }),
  };
}

/** Removes the code from every reply and error. */
function redacting(http: HttpClient, redact: (text: string) => string): HttpClient {
  return {
    async send(request, signal) {
      const reply = await http.send(request, signal);
      return reply.text === "" ? reply : { ...reply, text: redact(reply.text) };
    },
  };
}
