/** A source of bearer tokens. The credentials of `@azure/identity` are such. */
export interface TokenCredential {
  /** A token for a scope such as `https://monitor.azure.com/.default`; null when there is none to be had. */
  getToken(
    scope: string,
    options: { readonly abortSignal: AbortSignal },
  ): Promise<{
    readonly token: string;
    /** Milliseconds since the epoch. */
    readonly expiresOnTimestamp: number;
  } | null>;
}
