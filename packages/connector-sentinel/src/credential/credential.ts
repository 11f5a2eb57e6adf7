/** A source of bearer tokens. The credentials of `@azure/identity` implement it. */
export interface TokenCredential {
  /** Resolves to a token for a scope such as `https://monitor.azure.com/.default`; null if there is none. */
  getToken(
    scope: string,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{
    readonly token: string;
    /** Milliseconds since the epoch. */
    readonly expiresOnTimestamp: number;
  } | null>;
}
