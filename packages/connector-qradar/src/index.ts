import { defineConnector } from "@arbitex/core";
import { qradarSchema } from "./schema.ts";
import { openQRadarSink } from "./sink.ts";
import { frameBytes } from "@arbitex/core/syslog";

/** IBM QRadar through its TLS Syslog log source, and whatever else takes CEF or LEEF over TLS syslog. */
export const qradar = defineConnector({
  type: "qradar",
  displayName: "IBM QRadar",
  envPrefix: "QRADAR",
  configSchema: qradarSchema,
  // Syslog has no answer: that the system has taken the bytes is all that can be known.
  guarantee: "written",
  limits: ({ framing, max_message_bytes }) => ({
    // A batch is one write; a larger one would not be faster, and would be more to send again.
    maxBatchBytes: 1_000_000,
    maxBatchEvents: 1000,
    maxEventBytes: max_message_bytes + frameBytes(framing, max_message_bytes),
  }),
  // A stream of syslog messages cannot be compressed.
  compressions: ["none"],
  // An attempt lasts until the connection has stayed up for a while after the write, so that many must be under way at a time.
  defaults: { concurrency: 64 },
  // Every message carries its own end or length, which differs with `framing`: there is nothing left to put between them.
  framing: { contentType: "text/plain" },
  open: (config, context) => openQRadarSink(config, context),
});

export default qradar;
export type { QRadarConfig } from "./schema.ts";
