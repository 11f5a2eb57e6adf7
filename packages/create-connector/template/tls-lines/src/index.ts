import { defineConnector, tcpSink, tlsSettings } from "@arbitex/core";
import { z } from "zod";

/** Acme Log over TLS. Each event is one line of JSON. */
export const acmeLog = defineConnector({
  type: "acme_log",
  displayName: "Acme Log",
  // Lines have no answer: that the system has taken the bytes is all that can be known.
  guarantee: "written",
  envPrefix: "ACME_LOG",
  configSchema: z.strictObject({
    host: z.string().min(1).meta({ description: "Name or address of the receiver." }),
    port: z.int().min(1).max(65535).default(6514).meta({ description: "The receiver's port for TLS." }),
    ...tlsSettings,
  }),
  limits: { maxBatchBytes: 1_000_000, maxEventBytes: 64_000 },
  // A stream of lines cannot be compressed.
  compressions: ["none"],
  // An attempt lasts until the connection has stayed up for a while after the write: many are under way at a time.
  defaults: { concurrency: 64 },
  // Each event brings its own line break, so that there is no glue between them.
  framing: { contentType: "text/plain" },
  open: ({ host, port, ...tls }, context) =>
    tcpSink({ context, target: { host, port, tls }, encode: (record) => [{ record }, "\n"] }),
});

export default acmeLog;
