export type { SiemServer } from "./service/server.ts";
export type { ServerOptions } from "./service/server-options.ts";
export { createServer } from "./service/server.ts";
export type { Fernet, FernetOptions } from "./organisations/secrets/fernet.ts";
export { createFernet } from "./organisations/secrets/fernet.ts";
export type { FernetKey, FernetKeys } from "./organisations/secrets/fernet-keys.ts";
export { parseFernetKeys } from "./organisations/secrets/fernet-keys.ts";
