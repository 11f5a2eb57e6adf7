import { defineConnector } from "@arbitex/core";
import { frameBytes } from "@arbitex/core/syslog";
import { syslogSchema } from "./schema.ts";
import { openSyslogSink } from "./sink.ts";

/** Any receiver of syslog on a stream: rsyslog, syslog-ng, a SIEM's collector, an air-gapped network. */
export const syslog = defineConnector({
  type: "syslog",
  displayName: "Syslog",
  envPrefix: "SYSLOG",
  configSchema: syslogSchema,
  // Syslog has no answer: it is only known that the system took the bytes.
  guarantee: "written",
  limits: ({ framing, max_message_bytes }) => ({
    // A batch is one write; a larger one would not be faster and would repeat more after a loss.
    maxBatchBytes: Math.max(1_000_000, 2 * max_message_bytes),
    maxBatchEvents: 1000,
    maxEventBytes: max_message_bytes + frameBytes(framing, max_message_bytes),
  }),
  // A stream of syslog messages cannot be compressed.
  compressions: ["none"],
  // An attempt lasts until the connection stayed up for a while after the write, so many must be under way.
  defaults: { concurrency: 64 },
  // Every message has its own end or length, by `framing`: no separator is needed.
  framing: { contentType: "text/plain" },
  open: (config, context) => openSyslogSink(config, context),
});

export default syslog;
export type { SyslogConfig } from "./schema.ts";
