/** What a caller may do. */
export type Scope =
  | { readonly kind: "ingest" }
  /** Everything, for every organisation. */
  | { readonly kind: "admin" }
  /** One organisation's rows and nothing else. */
  | { readonly kind: "org"; readonly orgId: string }
  /** One organisation's destinations, by a set-up link: as `org`, except that it makes no further links. */
  | { readonly kind: "setup"; readonly orgId: string };

/** Who calls, as its token says. */
export interface Caller {
  /** For audit events and logs: a token's name, or the subject of a JWT. Never the token. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The token's row; absent with a JWT and `SIEM_INGEST_TOKEN`. */
  readonly tokenId?: string;
  /** When a JWT expires, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** Identifies the caller of a bearer token. Undefined when the token is unknown, expired or revoked. */
export type Authenticate = (bearer: string) => Promise<Caller | undefined>;
