import type { ServerResponse } from "node:http";

/** Answers of a hostile or broken server. None ends before the client closes the connection. */
const JUNK = Buffer.alloc(64 * 1024, "x");
const DROP_MS = 100;

/** Sends an endless body. */
export function sendForEver(response: ServerResponse): undefined {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(JUNK));
  };
  response.on("drain", more);
  more();
}

/** Sends a single byte now and then. */
export function sendDrops(response: ServerResponse): undefined {
  response.writeHead(200);
  const timer = setInterval(() => response.write(" "), DROP_MS);
  response.on("close", () => clearInterval(timer));
}

/** Sends one informational answer after another. */
export function informForEver(response: ServerResponse): undefined {
  const timer = setInterval(() => response.writeProcessing(), 1);
  response.on("close", () => clearInterval(timer));
}
