import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";

/** How long a client may keep sending a body after its answer was sent. The bytes are discarded. */
const LINGER_MS = 5000;

/**
 * Closes the connection of a request that was answered before its body was complete, unless the body ends soon. Not at
 * once: a client that is still writing would be cut off before it reads the answer.
 */
export function endUnreadBody(request: IncomingMessage, lingerMs = LINGER_MS): void {
  const { socket } = request;
  // A request injected by a test has no connection.
  if (request.complete || !(socket instanceof Socket)) return;
  const timer = setTimeout(() => {
    if (!request.complete) socket.destroy();
  }, lingerMs);
  socket.once("close", () => clearTimeout(timer));
}
