import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import { listening, portOf } from "./listening.ts";

/** A TCP proxy on loopback that can fall silent: it keeps every connection, takes what it is sent, and answers nothing. */
export interface SilentProxy {
  readonly port: number;
  silence(): void;
  /** Ends what was silent, as a network that comes back does, and works again. */
  recover(): void;
  close(): Promise<void>;
}

export async function startSilentProxy(targetPort: number): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  let isSilent = false;
  const server = createServer((client) => {
    const upstream = connect(targetPort, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      // Whoever gives up does so in any way it likes.
      socket.on("error", () => undefined);
    }
    client.on("data", (chunk: Buffer) => {
      if (!isSilent) upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      if (!isSilent) client.write(chunk);
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => {
      if (!isSilent) client.destroy();
    });
  });
  await listening(server);
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: portOf(server),
    silence() {
      isSilent = true;
    },
    recover() {
      isSilent = false;
      endAll();
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      endAll();
      await closed;
    },
  };
}
