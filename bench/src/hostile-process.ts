// Servers that mean harm, and a good one, in a process of their own.
import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer } from "node:net";

export type HostileKind = (typeof hostileKinds)[number];

/** What a server may do to those who wait for its answer. */
export const hostileKinds = ["endless", "headers", "informed", "chunks", "trailers", "drip", "deaf", "early"] as const;

const HEAD = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
const JUNK = Buffer.alloc(64 * 1024, "x");

const answers: Readonly<Record<HostileKind | "good", (socket: Socket) => void>> = {
  good: (socket) => socket.write(`${HEAD}content-length: 27\r\n\r\n{"text":"Success","code":0}`),
  /** A body without an end. */
  endless: (socket) => pour(socket, `${HEAD}\r\n`, JUNK),
  headers: (socket) => pour(socket, HEAD, Buffer.from("x-junk: y\r\n".repeat(4000))),
  informed: (socket) => pour(socket, "", Buffer.from("HTTP/1.1 102 Processing\r\n\r\n".repeat(2000))),
  chunks: (socket) => pour(socket, CHUNKED, Buffer.from("1;a=b\r\nx\r\n".repeat(6000))),
  trailers: (socket) => pour(socket, `${CHUNKED}0\r\n`, Buffer.from("x-junk: y\r\n".repeat(4000))),
  /** Just enough to seem alive. */
  drip: (socket) => {
    socket.write(`${HEAD}content-length: 100000\r\n\r\n`);
    const timer = setInterval(() => socket.write(" "), 20);
    socket.on("close", () => clearInterval(timer));
  },
  /** Says nothing. */
  deaf: () => undefined,
  /** A good answer, and no more reading. */
  early: (socket) => {
    socket.pause();
    answers.good(socket);
  },
};

function pour(socket: Socket, head: string, what: Buffer): void {
  socket.write(head);
  const more = () => {
    while (socket.writable && socket.write(what));
  };
  socket.on("drain", more);
  more();
}

if (process.send !== undefined) {
  const ports: Record<string, number> = {};
  for (const [kind, answer] of Object.entries(answers)) {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        if (chunk.includes("HTTP/1.1\r\n")) answer(socket);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address === "object" && address !== null) ports[kind] = address.port;
  }
  process.on("disconnect", () => process.exit());
  process.send(ports);
}
