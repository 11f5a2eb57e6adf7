import type { Socket } from "node:net";
import { connect, createServer } from "node:net";
import { listening, portOf } from "./listening.ts";

/** Where an exchange is cut: before the server has any of the request, half-way in it, or when the answer comes. */
export type Cut = "before-request" | "in-request" | "before-answer" | "in-answer";

export interface CuttingProxyOptions {
  readonly targetPort: number;
  /** From 0 to 1: how many exchanges are cut. May be changed while it runs. */
  readonly rate: number;
  readonly seed: number;
}

export interface CuttingProxy {
  readonly url: string;
  /** How often each cut was made. */
  readonly cuts: Readonly<Record<Cut, number>>;
  /** Exchanges that were let through. */
  readonly passed: () => number;
  close(): Promise<void>;
}

const CUTS: readonly Cut[] = ["before-request", "in-request", "before-answer", "in-answer"];

/** A TCP proxy on loopback that breaks connections at places that a client finds hardest to tell apart. */
export async function startCuttingProxy({ targetPort, rate, seed }: CuttingProxyOptions): Promise<CuttingProxy> {
  const random = seeded(seed);
  const cuts: Record<Cut, number> = { "before-request": 0, "in-request": 0, "before-answer": 0, "in-answer": 0 };
  const sockets = new Set<Socket>();
  let passed = 0;

  const draw = (): Cut | undefined => {
    if (random() >= rate) return undefined;
    return CUTS[Math.floor(random() * CUTS.length)];
  };

  const server = createServer((client) => {
    const upstream = connect(targetPort, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      // A cut connection also fails at its other end: that is the point.
      socket.on("error", () => {});
    }
    const cutNow = (cut: Cut) => {
      cuts[cut]++;
      // A reset and an orderly end are told apart by clients.
      if (random() < 0.5) client.resetAndDestroy();
      else client.destroy();
      // What the server has been given, it may finish.
      upstream.end();
    };
    let cut: Cut | undefined;
    let answering = true;
    client.on("data", (chunk: Buffer) => {
      if (answering) {
        answering = false;
        cut = draw();
        if (cut === "before-request") return cutNow(cut);
        if (cut === "in-request") {
          upstream.write(chunk.subarray(0, chunk.length >> 1));
          return cutNow(cut);
        }
      }
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      const first = !answering;
      answering = true;
      if (first && cut === "before-answer") return cutNow(cut);
      if (first && cut === "in-answer") {
        client.write(chunk.subarray(0, chunk.length >> 1), () => cutNow("in-answer"));
        return;
      }
      if (first) passed++;
      if (!client.destroyed) client.write(chunk);
    });
    client.on("end", () => upstream.end());
    upstream.on("end", () => client.end());
    client.on("close", () => upstream.end());
    upstream.on("close", () => client.destroy());
  });
  await listening(server);
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    cuts,
    passed: () => passed,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Mulberry32: the same seed, the same cuts. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
