import { once } from "node:events";
import type { Socket } from "node:net";
import type { TLSSocket, TlsOptions } from "node:tls";
import { createServer } from "node:tls";

/** A TLS server on loopback that reads and answers nothing. */
export interface TlsReceiver {
  readonly port: number;
  /** Connections after their handshake, oldest first. */
  readonly connections: readonly ReceivedConnection[];
  /** All that was read, of all connections. */
  text(): string;
  /** How many connections there have been and how many are open, before and after their handshake. */
  sockets(): { readonly opened: number; readonly open: number };
  /** Resets all connections and takes no new ones. */
  close(): Promise<void>;
}

export interface ReceivedConnection {
  readonly socket: TLSSocket;
  /** Common name of the client's certificate. */
  readonly client: string;
  text(): string;
  /** Resets the connection below TLS. */
  reset(): void;
}

export type TlsReceiverOptions = TlsOptions & {
  /** Nothing is read, unless a test resumes the connection. */
  readonly paused?: boolean;
};

export async function startTlsReceiver({ paused = false, ...options }: TlsReceiverOptions): Promise<TlsReceiver> {
  const connections: ReceivedConnection[] = [];
  const raws = new Map<number | undefined, Socket>();
  const server = createServer(options, (socket) => {
    const chunks: Buffer[] = [];
    const raw = raws.get(socket.remotePort);
    socket.on("error", ignore);
    connections.push({
      socket,
      client: String(socket.getPeerCertificate().subject?.CN),
      text: () => Buffer.concat(chunks).toString(),
      reset: () => void raw?.resetAndDestroy(),
    });
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    if (paused) socket.pause();
  });
  server.on("connection", (raw: Socket) => {
    raws.set(raw.remotePort, raw);
    raw.on("error", ignore);
  });
  server.on("tlsClientError", ignore);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver has no port");
  return {
    port: address.port,
    connections,
    text: () => connections.map((connection) => connection.text()).join(""),
    sockets: () => ({ opened: raws.size, open: [...raws.values()].filter(({ destroyed }) => !destroyed).length }),
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const raw of raws.values()) raw.resetAndDestroy();
      await closed;
    },
  };
}

function ignore(): void {}
