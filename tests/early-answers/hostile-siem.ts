import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { testCertificates } from "@arbitex/simulators";

export interface HostileSiem {
  readonly port: number;
  /** Answers that were given before the request was read. */
  readonly answers: () => number;
  /** Bytes that were read in all. */
  readonly bytes: () => number;
  /** How often somebody else's mark was in what was read. */
  readonly foreign: () => number;
  close(): Promise<void>;
}

export interface HostileOptions {
  readonly tls: boolean;
  /** What says yes in this SIEM's protocol; undefined for one that answers nothing. */
  readonly answer: string | undefined;
  /** In every event, whoever's it is; what follows it in its own is `own`. */
  readonly mark: string;
  readonly own: string;
}

/** As many as there are requests: one to nothing would end the connection. */
export const ANSWERS_PER_CONNECTION = 6;
const PAUSE_MS = 100;
/** How long a connection is left unread after its answers. */
const UNREAD_MS = 300;
const READ_MS = 200;

/**
 * A SIEM that reads a request's head, then says yes again and again without reading on, as RFC 9110 allows for one request;
 * and reads all that was sent only much later, when memory that was used again would show.
 */
export async function startHostileSiem({ tls, answer, mark, own }: HostileOptions): Promise<HostileSiem> {
  let [answers, bytes, foreign] = [0, 0, 0];
  const sockets = new Set<Socket>();

  function serve(socket: Socket): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let left = ANSWERS_PER_CONNECTION;
    let tail = "";
    const read = (chunk: Buffer) => {
      bytes += chunk.length;
      const text = `${tail}${chunk.toString("latin1")}`;
      foreign += countOf(text, mark) - countOf(text, mark + own);
      // A mark that was cut comes again with the next chunk.
      const last = text.lastIndexOf(mark);
      const isCut = last >= 0 && text.length - last < mark.length + own.length;
      if (isCut) foreign--;
      tail = isCut ? text.slice(last) : text.slice(1 - mark.length);
    };
    socket.once("data", (chunk: Buffer) => {
      read(chunk);
      socket.pause();
      const sayYes = () => {
        if (answer !== undefined && socket.writable) {
          answers++;
          socket.write(answer);
        }
        if (--left > 0 && !socket.destroyed) setTimeout(sayYes, PAUSE_MS);
        else setTimeout(readAll, UNREAD_MS);
      };
      const readAll = () => {
        socket.on("data", read).resume();
        setTimeout(() => socket.destroy(), READ_MS);
      };
      sayYes();
    });
  }

  const server: Server = tls ? createTlsServer({ ...testCertificates.server }, serve) : createServer(serve);
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    answers: () => answers,
    bytes: () => bytes,
    foreign: () => foreign,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** Tokens for Sentinel, which asks for one before it sends. */
export async function startTokenServer() {
  const server = createHttpServer((request, response) => {
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end('{"token_type":"Bearer","expires_in":3599,"access_token":"a-token"}');
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
