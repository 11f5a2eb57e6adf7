import { listen } from "./listen.ts";
import { createServer } from "./server.ts";
import type { ServerOptions } from "./server-options.ts";
import type { SiemServer } from "./siem-server.ts";

/** Creates a server for an open host. It does not listen yet. */
export function createSiemServer(options: ServerOptions): SiemServer {
  const { app, ...server } = createServer(options);
  return { ...server, listen: (address) => listen(app, address) };
}
