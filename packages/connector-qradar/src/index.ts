import { defineConnector } from "@arbitex/core";
import { qradarSchema } from "./schema.ts";
import { openQRadarSink } from "./sink.ts";
import { frameBytes } from "@arbitex/core/syslog";

/** IBM QRadar through its TLS Syslog log source, and other receivers of CEF or LEEF over TLS syslog. */
export const qradar = defineConnector({
  type: "qradar",
  displayName: "IBM QRadar",
  envPrefix: "QRADAR",
  configSchema: qradarSchema,
  // Syslog has no answer: it is only known that the system took the bytes.
  guarantee: "written",
  limits: ({ framing, max_message_bytes }) => ({
    // A batch is one write; a larger one would not be faster and would repeat more after a loss.
    maxBatchBytes: 1_000_000,
    maxBatchEvents: 1000,
    maxEventBytes: max_message_bytes + frameBytes(framing, max_message_bytes),
  }),
  // A stream of syslog messages cannot be compressed.
  compressions: ["none"],
  // An attempt lasts until the connection stayed up for a while after the write, so many must be under way.
  defaults: { concurrency: 64 },
  // Every message has its own end or length, by `framing`: no separator is needed.
  framing: { contentType: "text/plain" },
  open: (config, context) => openQRadarSink(config, context),
});

export default qradar;
export type { QRadarConfig } from "./schema.ts";
