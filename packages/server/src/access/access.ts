/** What a caller may do. */
export type Scope =
  | { readonly kind: "ingest" }
  /** Everything, for every organisation. */
  | { readonly kind: "admin" }
  /** One organisation's rows and nothing else. */
  | { readonly kind: "org"; readonly orgId: string };

/** Who calls, as its token says. */
export interface Caller {
  /** For audit events and logs: a token's name, or the subject of a JWT. Never the token. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** Identifies the caller of a bearer token. Undefined when the token is unknown, expired or revoked. */
export type Authenticate = (bearer: string) => Promise<Caller | undefined>;
