import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import type { Settings } from "./subject.ts";

/** A TCP relay to a SIEM that counts open connections. Without a target it accepts connections and never answers. */
export interface Relay {
  readonly port: number;
  /** Number of open client connections. */
  open(): number;
  close(): Promise<void>;
}

export async function openRelay(behind?: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    sockets.add(client);
    client.on("close", () => sockets.delete(client));
    client.on("error", () => client.destroy());
    if (behind === undefined) client.on("end", () => client.destroy()).resume();
    else passOn(client, behind);
  });
  await listen(server);
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    open: () => sockets.size,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function passOn(client: Socket, port: number): void {
  const siem = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
  siem.on("error", () => client.destroy());
  siem.on("close", () => client.destroy());
  client.on("close", () => siem.destroy());
  client.pipe(siem).pipe(client);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
}

export function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Replaces a local port in the settings, wherever it occurs. */
export function redirected(settings: Settings, from: number, to: number): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => {
      if (value === from) return [key, to];
      return [key, typeof value === "string" ? value.replaceAll(`:${from}`, `:${to}`) : value];
    }),
  );
}
