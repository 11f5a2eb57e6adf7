import type { Socket } from "node:net";
import type { TlsSettings } from "../connector/tls-settings.ts";
import type { Egress } from "../connector/egress.ts";
import { tlsFilesStamp } from "./tls-files.ts";

/** Where a `tcpSink` writes to. */
export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  /** Null for a connection without TLS: by name, so that no setting that is forgotten means it. */
  readonly tls: TlsSettings | null;
  /** The name to ask for and to find in the certificate, where it is not the host's own. */
  readonly serverName?: string;
}

export function connectTo(
  { tls, ...target }: TcpTarget,
  egress: Egress,
  onConnected: (address: string) => void,
  signal: AbortSignal,
): Promise<Socket> {
  if (tls === null) return egress.connectPlain({ host: target.host, port: target.port, onConnected }, signal);
  return egress.connectTls({ ...target, tls, onConnected }, signal);
}

/** Differs from an earlier one when a file that the target's TLS settings name has changed since. */
export function stampOf({ tls }: TcpTarget): string {
  return tls === null ? "" : tlsFilesStamp(tls);
}
