import { once } from "node:events";
import type { Server, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** Connections between clients and brokers, which can be cut. */
export interface Wires {
  /** Ports to tell clients, by client and broker. */
  readonly ports: readonly (readonly number[])[];
  /** Ends the connections of a client and lets no new one through. `silent`: nothing passes, and nothing ends. */
  cut(client: number, kind: "reset" | "silent"): void;
  restore(client: number): void;
  close(): Promise<void>;
}

type State = "whole" | "reset" | "silent";

export async function layWires(targets: readonly (readonly number[])[]): Promise<Wires> {
  const states: State[] = targets.map(() => "whole");
  const sockets = targets.map(() => new Set<Socket>());
  const servers: Server[] = [];

  async function lay(client: number, target: number): Promise<number> {
    const open = sockets[client] ?? new Set();
    const server = createServer((near) => {
      if (states[client] === "reset") {
        near.destroy();
        return;
      }
      const far = connect(target, "127.0.0.1");
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(one);
        one.on("data", (bytes) => {
          // What was sent into a silent wire is lost, as in a network that drops packets until the connection ends.
          if (states[client] !== "whole") return;
          if (!other.write(bytes)) {
            one.pause();
            other.once("drain", () => one.resume());
          }
        });
        one.on("error", () => undefined);
        one.on("close", () => {
          open.delete(one);
          if (states[client] !== "silent") other.destroy();
        });
      }
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  function endAll(client: number): void {
    for (const socket of sockets[client] ?? []) socket.destroy();
  }

  const ports: number[][] = [];
  for (const [client, brokers] of targets.entries()) {
    const laid: number[] = [];
    for (const target of brokers) laid.push(await lay(client, target));
    ports.push(laid);
  }
  return {
    ports,
    cut(client, kind) {
      states[client] = kind;
      if (kind === "reset") endAll(client);
    },
    restore(client) {
      // A connection that lost bytes cannot go on.
      endAll(client);
      states[client] = "whole";
    },
    async close() {
      for (let client = 0; client < targets.length; client++) endAll(client);
      for (const server of servers) server.close();
    },
  };
}
