import { defineConnector } from "@arbitex/core";
import { otlpSchema } from "./schema.ts";
import { framingOf, openOtlpSink } from "./sink.ts";

/** OpenTelemetry logs over OTLP/HTTP. */
export const otlpHttp = defineConnector({
  type: "otlp_http",
  displayName: "OTLP/HTTP",
  envPrefix: "OTLP_HTTP",
  configSchema: otlpSchema,
  // Success means the receiver took the logs; it may only forward them.
  guarantee: "accepted",
  limits: {
    // Receivers take 20 MiB over HTTP, but only 4 MiB over gRPC, by which collectors forward.
    maxBatchBytes: 4_000_000,
    maxEventBytes: 1_000_000,
  },
  defaults: { compression: "gzip" },
  framing: framingOf,
  open: (config, context) => openOtlpSink(config, context),
});

export default otlpHttp;
export type { OtlpConfig } from "./schema.ts";
