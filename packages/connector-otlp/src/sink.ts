import type { ConnectorContext, Framing, Sink } from "@arbitex/core";
import { authorizationHeaders, httpClient, httpSink } from "@arbitex/core";
import { classifyReply } from "./classify.ts";
import * as json from "./encode-json.ts";
import * as protobuf from "./encode-protobuf.ts";
import { logsUrl } from "./endpoint.ts";
import type { OtlpConfig } from "./schema.ts";

/**
 * Opens the sink of an OTLP destination. Its check posts a request without log records, which receivers must accept.
 */
export function openOtlpSink(config: OtlpConfig, context: ConnectorContext): Sink {
  const { encoding } = config;
  const url = logsUrl(config.url);
  const headers = authorizationHeaders(config);
  const warn = createWarning(context);

  return httpSink({
    http: httpClient({ context, tls: config }),
    framing: framingOf(config),
    encode: encoderOf(config),
    request: () => ({ url, headers, binaryReply: true }),
    classify(reply, { records }) {
      return classifyReply(reply, { encoding, events: records.length, now: context.now(), warn });
    },
  });
}

/** Returns the framing of a request. Protobuf has none: consecutive events form a request. */
export function framingOf({ encoding, service_name }: OtlpConfig): Framing {
  return encoding === "json" ? json.jsonFraming(service_name) : { contentType: "application/x-protobuf" };
}

function encoderOf({ encoding, body, service_name }: OtlpConfig): Sink["encode"] {
  if (encoding === "json") return body === "text" ? json.encodeText : json.encodeStructured;
  return body === "text" ? protobuf.encodeText(service_name) : protobuf.encodeStructured(service_name);
}

/** Creates a logger of a receiver's messages; repeated ones are logged once. */
function createWarning({ logger }: ConnectorContext): (message: string) => void {
  let last: string | undefined;
  return (message) => {
    if (message !== last) logger.warn({ message }, "the receiver took the logs with a remark");
    last = message;
  };
}
