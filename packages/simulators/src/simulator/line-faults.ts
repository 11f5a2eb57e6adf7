import type { Socket } from "node:net";
import type { Fault } from "./fault.ts";

/** One chunk of a TLS stream with its connection. */
export interface Arrival {
  readonly socket: Socket;
  /** The underlying TCP connection, for a reset. */
  readonly raw: Socket | undefined;
  readonly chunk: Buffer;
  /** Stores the messages of these bytes. */
  readonly take: (bytes: Buffer) => void;
}

/** Applies one fault to a chunk of a stream without answers. False when the connection ends with it. */
export function strike(fault: Fault, { socket, raw, chunk, take }: Arrival): boolean {
  switch (fault.kind) {
    case "pass":
    case "partial":
      // A stream without answers cannot refuse single messages.
      take(chunk);
      return true;
    case "reset-after":
      take(chunk);
      raw?.resetAndDestroy();
      return false;
    case "half-closed":
      take(chunk);
      socket.end();
      return false;
    case "truncated":
      take(chunk.subarray(0, chunk.length >> 1));
      socket.destroy();
      return false;
    case "slow": {
      take(chunk);
      socket.pause();
      const timer = setTimeout(() => socket.resume(), fault.ms);
      socket.on("close", () => clearTimeout(timer));
      return true;
    }
    case "hang":
      socket.pause();
      return false;
    case "reset-before":
      raw?.resetAndDestroy();
      return false;
    case "status":
    case "html":
    case "empty":
    case "early":
    case "endless":
    case "informed":
    case "drip":
    case "continue":
      socket.destroy();
      return false;
    default:
      return fault satisfies never;
  }
}
