import type { ServerResponse } from "node:http";

/** What a server does that means harm, or is broken in a way that looks so. None of it ends before the client does. */
const JUNK = Buffer.alloc(64 * 1024, "x");
const DROP_MS = 100;

/** A body without an end. */
export function sendForEver(response: ServerResponse): undefined {
  response.writeHead(200);
  const more = () => {
    while (!response.destroyed && response.write(JUNK));
  };
  response.on("drain", more);
  more();
}

/** A byte now and then. */
export function sendDrops(response: ServerResponse): undefined {
  response.writeHead(200);
  const timer = setInterval(() => response.write(" "), DROP_MS);
  response.on("close", () => clearInterval(timer));
}

/** One informational answer after another. */
export function informForEver(response: ServerResponse): undefined {
  const timer = setInterval(() => response.writeProcessing(), 1);
  response.on("close", () => clearInterval(timer));
}
