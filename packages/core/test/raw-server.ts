import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";

export interface RawServer {
  readonly origin: string;
  readonly port: number;
  /** Connections that came. */
  readonly connections: () => number;
}

/** A server that says exactly what a test wants it to, byte for byte. Closed when the test is over. */
export async function startRawServer(
  serve: (socket: Socket, number: number) => void,
  host = "127.0.0.1",
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    serve(socket, ++connections);
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { origin: `http://${host}:${port}`, port, connections: () => connections };
}

/** Answers each request whose body is a short one. */
export function answering(answer: string | ((number: number) => string)): (socket: Socket) => void {
  let requests = 0;
  return (socket) => {
    socket.on("data", (chunk) => {
      if (chunk.includes("HTTP/1.1\r\n")) socket.write(typeof answer === "string" ? answer : answer(++requests));
    });
  };
}
