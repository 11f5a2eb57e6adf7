import { defineConnector } from "@arbitex/core";
import { frameBytes } from "@arbitex/core/syslog";
import { syslogSchema } from "./schema.ts";
import { openSyslogSink } from "./sink.ts";

/** Any receiver of syslog on a stream: rsyslog, syslog-ng, a SIEM's collector, the inside of an air gap. */
export const syslog = defineConnector({
  type: "syslog",
  displayName: "Syslog",
  envPrefix: "SYSLOG",
  configSchema: syslogSchema,
  // Syslog has no answer: that the system has taken the bytes is all that can be known.
  guarantee: "written",
  limits: ({ framing, max_message_bytes }) => ({
    // A batch is one write; a larger one would not be faster, and would be more to send again.
    maxBatchBytes: Math.max(1_000_000, 2 * max_message_bytes),
    maxBatchEvents: 1000,
    maxEventBytes: max_message_bytes + frameBytes(framing, max_message_bytes),
  }),
  // A stream of syslog messages cannot be compressed.
  compressions: ["none"],
  // An attempt lasts until the connection has stayed up for a while after the write, so that many must be under way at a time.
  defaults: { concurrency: 64 },
  // Every message carries its own end or length, which differs with `framing`: there is nothing left to put between them.
  framing: { contentType: "text/plain" },
  open: (config, context) => openSyslogSink(config, context),
});

export default syslog;
export type { SyslogConfig } from "./schema.ts";
