import { Socket } from "node:net";
import type pg from "pg";

/** The connections of a client or a pool, which can be closed even when the database no longer answers. */
export interface PostgresSockets {
  /** For the client's configuration. */
  readonly stream: NonNullable<pg.ClientConfig["stream"]>;
  /** Closes all open connections after a grace period for an orderly end. Does not keep the process alive. */
  endSoon(): void;
  /** Closes all open connections at once. */
  destroy(): void;
}

const GOODBYE_MS = 1000;

export function createPostgresSockets(): PostgresSockets {
  const open = new Set<Socket>();
  const destroy = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    stream() {
      const socket = new Socket();
      open.add(socket);
      socket.once("close", () => open.delete(socket));
      return socket;
    },
    endSoon() {
      for (const socket of open) socket.unref();
      setTimeout(destroy, GOODBYE_MS).unref();
    },
    destroy,
  };
}
