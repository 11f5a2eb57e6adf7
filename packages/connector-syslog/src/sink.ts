import type { ConnectorContext, Sink } from "@arbitex/core";
import { tcpSink } from "@arbitex/core";
import { createEncoder, createShorteningNote } from "@arbitex/core/syslog";
import { createJsonEncoder } from "./encode.ts";
import type { SyslogConfig } from "./schema.ts";
import { facilities } from "./schema.ts";

const FIXES = {
  ERR_TLS_CERT_ALTNAME_INVALID: "The certificate is for another name: set tls_server_name to the one it names.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The receiver has made its certificate itself: give that certificate as tls_ca.",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "The receiver does not speak TLS on this port: set transport to tcp, or the right port.",
};

/** Opens the sink of a syslog destination. */
export function openSyslogSink(config: SyslogConfig, context: ConnectorContext): Sink {
  const { host, transport, tls_server_name } = config;
  const isTls = transport === "tls";
  return tcpSink({
    context,
    target: {
      host,
      port: config.port ?? (isTls ? 6514 : 514),
      tls: isTls ? config : null,
      ...(tls_server_name !== undefined && { serverName: tls_server_name }),
    },
    fixes: FIXES,
    encode: encoderFor(config, context),
  });
}

function encoderFor(config: SyslogConfig, context: ConnectorContext): Sink["encode"] {
  const { format, header, framing, app_name, source_host, max_message_bytes } = config;
  const sender = { host: source_host ?? context.hostname, app: app_name, facility: facilities[config.facility] };
  if (format === "json") return createJsonEncoder({ ...sender, form: header, framing });
  return createEncoder({
    ...sender,
    format,
    header,
    framing,
    maxMessageBytes: max_message_bytes,
    onShortened: createShorteningNote(context),
  });
}
