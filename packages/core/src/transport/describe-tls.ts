import type { TLSSocket } from "node:tls";

/** Describes the protocol, the server certificate's subject and its expiry. */
export function describeTls(socket: TLSSocket): string {
  const { subject, valid_to } = socket.getPeerCertificate();
  const name = String(subject?.CN ?? "no name");
  const verified = socket.authorized ? "verified" : "not verified";
  return `${socket.getProtocol() ?? "TLS"}, certificate of ${name}, valid until ${valid_to}, ${verified}`;
}
