import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Dispatcher } from "undici";
import type { HttpTransport } from "./http-transport.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** The one way out of the host for a destination: TLS, proxy and address rules live here. */
export interface Egress {
  /**
   * What `httpClient` sends with. Connections stay open between batches. An egress that has none is asked for a dispatcher in
   * its place.
   */
  http?(tls?: TlsSettings): HttpTransport;
  /** The same connections for a library that wants one of undici's dispatchers. */
  dispatcher(tls?: TlsSettings): Dispatcher;
  /** The addresses of a host, as a connection would find them. Rejects where no connection would be opened. */
  resolve(host: string): Promise<readonly string[]>;
  /** A connection of its own, for what is not HTTP; no proxy. Resolves after the handshake. */
  connectTls(target: TlsTarget, signal: AbortSignal): Promise<TLSSocket>;
  /** The same without TLS, which a guarded destination gets only where plain HTTP is open to it. */
  connectPlain(target: PlainTarget, signal: AbortSignal): Promise<Socket>;
  /** Ends all connections that were opened through this. */
  close(): Promise<void>;
}

/** A connection without TLS that is to be opened. */
export interface PlainTarget {
  readonly host: string;
  readonly port: number;
  /** Longest time for the look-up of the name, the connection and its handshake together. */
  readonly timeoutMs?: number;
  /** Called before the handshake: what fails before is the network's fault, what fails after is TLS's. */
  readonly onConnected?: (address: string) => void;
}

/** A connection with TLS that is to be opened. */
export interface TlsTarget extends PlainTarget {
  readonly tls: TlsSettings;
  /** The name to ask for and to find in the certificate, where it is not the host's own. */
  readonly serverName?: string;
}
