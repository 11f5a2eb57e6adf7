import { defineConnector } from "@arbitex/core";
import { otlpSchema } from "./schema.ts";
import { framingOf, openOtlpSink } from "./sink.ts";

/** OpenTelemetry logs over OTLP/HTTP. */
export const otlpHttp = defineConnector({
  type: "otlp_http",
  displayName: "OTLP/HTTP",
  envPrefix: "OTLP_HTTP",
  configSchema: otlpSchema,
  // A success says that the receiver took the logs; it may only pass them on.
  guarantee: "accepted",
  limits: {
    // Receivers take 20 MiB over HTTP, and 4 MiB over gRPC, by which collectors pass them on.
    maxBatchBytes: 4_000_000,
    maxEventBytes: 1_000_000,
  },
  defaults: { compression: "gzip" },
  framing: framingOf,
  open: (config, context) => openOtlpSink(config, context),
});

export default otlpHttp;
export type { OtlpConfig } from "./schema.ts";
