import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";

export interface CountingListener {
  readonly port: number;
  /** Connections that came. */
  readonly connections: () => number;
}

/** Counts the connections that come to a port. Closed when the test is over. */
export function openListener(host: string, port = 0): Promise<CountingListener> {
  return opened(
    createServer((socket) => socket.destroy()),
    host,
    port,
  );
}

/** A web server; each connection serves one request, so that the next request connects anew. */
export function openWebListener(host: string, answer: RequestListener, port = 0): Promise<CountingListener> {
  const server = createHttpServer((request, response) => {
    response.setHeader("connection", "close");
    answer(request, response);
  });
  return opened(server, host, port);
}

async function opened(server: Server, host: string, port: number): Promise<CountingListener> {
  let connections = 0;
  server.on("connection", () => connections++);
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}
