import type { Socket } from "node:net";
import type { TlsSettings } from "../connector/tls-settings.ts";
import type { Egress } from "../connector/egress.ts";
import { tlsFilesStamp } from "./tls-files.ts";

/** Where a `tcpSink` writes to. */
export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  /** TLS settings; an explicit null for a connection without TLS, so that forgetting them is an error. */
  readonly tls: TlsSettings | null;
  /** Name sent in SNI and expected in the certificate. Default: the host. */
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

/** Returns a stamp that changes when a file named by the TLS settings changes. */
export function stampOf({ tls }: TcpTarget): string {
  return tls === null ? "" : tlsFilesStamp(tls);
}
