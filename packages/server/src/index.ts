export type { ServerOptions, SiemServer } from "./http/server.ts";
export { createServer } from "./http/server.ts";
