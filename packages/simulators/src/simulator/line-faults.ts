import type { Socket } from "node:net";
import type { Fault } from "./fault.ts";

/** What TLS handed over at once, and where it came from. */
export interface Arrival {
  readonly socket: Socket;
  /** The TCP connection below, for a reset. */
  readonly raw: Socket | undefined;
  readonly chunk: Buffer;
  /** Takes the messages of these bytes. */
  readonly take: (bytes: Buffer) => void;
}

/** Lets one fault strike a chunk of a stream that has no answers. False when the connection ends with it. */
export function strike(fault: Fault, { socket, raw, chunk, take }: Arrival): boolean {
  switch (fault.kind) {
    case "pass":
    case "partial":
      // A stream without answers refuses no single message.
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
