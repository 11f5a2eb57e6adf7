export type { SiemServer } from "./http/server.ts";
export type { ServerOptions } from "./http/server-options.ts";
export { createServer } from "./http/server.ts";
export type { Fernet, FernetOptions } from "./secrets/fernet.ts";
export { createFernet } from "./secrets/fernet.ts";
export type { FernetKey, FernetKeys } from "./secrets/fernet-keys.ts";
export { parseFernetKeys } from "./secrets/fernet-keys.ts";
