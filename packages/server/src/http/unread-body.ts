import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";

/** So long a client may go on sending a body whose answer it has, and that nobody reads. */
const LINGER_MS = 5000;

/**
 * Ends the connection of a request that was answered before its body was whole, if it does not come to its end soon. Not at
 * once: a client that is still writing would be cut off before it has read the answer.
 */
export function endUnreadBody(request: IncomingMessage, lingerMs = LINGER_MS): void {
  const { socket } = request;
  // A request that was never on a connection, as tests make them, has none.
  if (request.complete || !(socket instanceof Socket)) return;
  const timer = setTimeout(() => {
    if (!request.complete) socket.destroy();
  }, lingerMs);
  socket.once("close", () => clearTimeout(timer));
}
