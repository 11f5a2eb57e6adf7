import { Socket } from "node:net";
import type pg from "pg";

/** The connections of a client or a pool, which can be ended although the database says nothing any more. */
export interface PostgresSockets {
  /** For the client's configuration. */
  readonly stream: NonNullable<pg.ClientConfig["stream"]>;
  /** Ends all that are open after a moment in which they may end in good order. Keeps nobody waiting for that. */
  endSoon(): void;
  /** Ends all that are open. */
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
