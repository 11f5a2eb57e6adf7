import type { Logger, Secret } from "@arbitex/core";
import type { JwtSettings } from "../config/auth-settings.ts";
import type { Authenticate } from "../access/access.ts";
import type { ApiOptions } from "../api/api-options.ts";
import type { HostRoutesOptions } from "../http/host-routes-options.ts";

/** A host with its destinations, and what the HTTP side needs besides. */
export interface ServerOptions extends Omit<HostRoutesOptions, "unreadable" | "isStopping"> {
  /** `SIEM_INGEST_TOKEN`. Without it, every client that reaches the server may publish events. */
  readonly ingestToken?: Secret | undefined;
  /** Whether ingest needs no token. Default: true without an `ingestToken`. */
  readonly isIngestOpen?: boolean | undefined;
  /** Looks a token up in the database. */
  readonly authenticate?: Authenticate | undefined;
  /** The trusted issuer of JSON Web Tokens. Without it, none are accepted. */
  readonly jwt?: JwtSettings | undefined;
  /** Addresses and ranges of proxies whose `X-Forwarded-For` is trusted. Default none. */
  readonly trustProxy?: readonly string[];
  /** Enables the API for organisations and administrators, which always requires a token. */
  readonly api?: ApiOptions | undefined;
  readonly logger?: Logger;
}
