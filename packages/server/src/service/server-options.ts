import type { Logger, Secret } from "@arbitex/core";
import type { JwtSettings } from "../config/auth-settings.ts";
import type { Authenticate } from "../access/access.ts";
import type { ApiOptions } from "../api/api-options.ts";
import type { HostRoutesOptions } from "../http/host-routes-options.ts";

export interface ServerOptions extends Omit<HostRoutesOptions, "unreadable" | "isStopping"> {
  /** `SIEM_INGEST_TOKEN`. Without it events are taken from whoever reaches the server. */
  readonly ingestToken?: Secret | undefined;
  /** Whether events are taken from whoever reaches the server; unless told, when there is no `ingestToken`. */
  readonly isIngestOpen?: boolean | undefined;
  /** Finds out whose a token of the database is. */
  readonly authenticate?: Authenticate | undefined;
  /** Whose JSON Web Tokens are taken; nobody's without it. */
  readonly jwt?: JwtSettings | undefined;
  /** Addresses and ranges of proxies whose `X-Forwarded-For` says who the client is. Default nobody's. */
  readonly trustProxy?: readonly string[];
  /** The API for organisations and administrators; it always wants a token. There is none without it. */
  readonly api?: ApiOptions | undefined;
  readonly logger?: Logger;
}
