import type { ConnectorContext, Sink } from "@arbitex/core";
import { tcpSink } from "@arbitex/core";
import { createEncoder, createShorteningNote } from "@arbitex/core/syslog";
import type { QRadarConfig } from "./schema.ts";

const FIXES = {
  ERR_TLS_CERT_ALTNAME_INVALID: "The certificate is for another name: set tls_server_name to the one it names.",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "QRadar makes its own certificate unless it is given one: give that certificate as tls_ca.",
};

/** Opens the sink of a QRadar destination. */
export function openQRadarSink(config: QRadarConfig, context: ConnectorContext): Sink {
  const { host, port, tls_server_name, source_host, format, header, framing, max_message_bytes } = config;
  return tcpSink({
    context,
    target: { host, port, tls: config, ...(tls_server_name !== undefined && { serverName: tls_server_name }) },
    fixes: FIXES,
    encode: createEncoder({
      format,
      header,
      framing,
      host: source_host ?? context.hostname,
      maxMessageBytes: max_message_bytes,
      onShortened: createShorteningNote(context),
    }),
  });
}
