import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { onTestFinished } from "vitest";

export interface Door {
  readonly port: number;
  /** Connections that came, whatever they said. */
  readonly knocks: () => number;
}

/** A port at which nobody may knock. Closed when the test is over. */
export function openDoor(host: string, port = 0): Promise<Door> {
  return opened(
    createServer((socket) => socket.destroy()),
    host,
    port,
  );
}

/** A web server; each connection serves one request, so that the next request connects anew. */
export function openWebDoor(host: string, answer: RequestListener, port = 0): Promise<Door> {
  const server = createHttpServer((request, response) => {
    response.setHeader("connection", "close");
    answer(request, response);
  });
  return opened(server, host, port);
}

async function opened(server: Server, host: string, port: number): Promise<Door> {
  let knocks = 0;
  server.on("connection", () => knocks++);
  server.listen(port, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, knocks: () => knocks };
}
