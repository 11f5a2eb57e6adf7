import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Dispatcher } from "undici";
import type { HttpTransport } from "./http-transport.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** Opens a destination's connections, with the host's TLS settings, proxy and address rules. */
export interface Egress {
  /**
   * The transport of `httpClient`. Connections stay open between batches. An egress without this method is asked for a
   * `dispatcher` instead.
   */
  http?(tls?: TlsSettings): HttpTransport;
  /** Returns an undici dispatcher over the same connections, for libraries that need one. */
  dispatcher(tls?: TlsSettings): Dispatcher;
  /** Resolves a host to its addresses, as a connection would. Rejects where no connection would be opened. */
  resolve(host: string): Promise<readonly string[]>;
  /** Opens a TLS connection for a protocol other than HTTP, without a proxy. Resolves after the handshake. */
  connectTls(target: TlsTarget, signal: AbortSignal): Promise<TLSSocket>;
  /** Opens a TCP connection without TLS. A guarded destination gets one only where plain HTTP is allowed. */
  connectPlain(target: PlainTarget, signal: AbortSignal): Promise<Socket>;
  /** Closes all connections opened through this egress. */
  close(): Promise<void>;
}

/** Target of a connection without TLS. */
export interface PlainTarget {
  readonly host: string;
  readonly port: number;
  /** Milliseconds allowed for name lookup, connection and handshake together. */
  readonly timeoutMs?: number;
  /**
   * Called once TCP is connected, before the TLS handshake: a failure before it is the network's, a failure after it is
   * TLS's.
   */
  readonly onConnected?: (address: string) => void;
}

/** Target of a connection with TLS. */
export interface TlsTarget extends PlainTarget {
  readonly tls: TlsSettings;
  /** Name sent in SNI and expected in the certificate. Default: the host. */
  readonly serverName?: string;
}
