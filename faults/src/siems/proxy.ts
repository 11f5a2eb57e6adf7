import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

/** An HTTP proxy between the server and its SIEMs. */
export interface Proxy {
  readonly url: string;
  /** Answers so to whoever wants a connection, until it is told otherwise; connections that are open stay so. */
  refuse(status: number | undefined): void;
  close(): Promise<void>;
}

export async function startProxy(): Promise<Proxy> {
  const sockets = new Set<Duplex>();
  let refusal: number | undefined;
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on("connect", ({ url = "" }, socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const [host = "", onwardPort] = url.split(":");
    const onward = connect(Number(onwardPort), host, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
    socket.on("close", () => onward.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://user:password@127.0.0.1:${port}`,
    refuse(status) {
      refusal = status;
      // Whoever has a connection would not notice.
      if (status !== undefined) for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
