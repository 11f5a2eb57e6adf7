import type { RequestHead } from "../simulator/behaviour.ts";

/** The API that a token is valid for. */
export type Audience = "ingestion" | "management";

/** The valid tokens. */
export interface Tokens {
  issue(audience: Audience): { readonly token: string; readonly seconds: number };
  /** Whether the request has a valid token for this audience. */
  opens(head: Pick<RequestHead, "headers">, audience: Audience): boolean;
  /** Invalidates every token issued so far. */
  expire(): void;
}

export interface TokensOptions {
  readonly seconds: number;
  /** A token that is always valid without having been issued. */
  readonly staticToken: string | undefined;
  readonly now: () => number;
}

export function createTokens({ seconds, staticToken, now }: TokensOptions): Tokens {
  const issued = new Map<string, { readonly audience: Audience; readonly expiresAt: number }>();
  let count = 0;
  return {
    issue(audience) {
      count += 1;
      const token = `simulated.${audience}.${count}`;
      issued.set(token, { audience, expiresAt: now() + seconds * 1000 });
      return { token, seconds };
    },
    opens({ headers }, audience) {
      const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
      if (token === undefined) return false;
      if (token === staticToken) return true;
      const known = issued.get(token);
      return known !== undefined && known.audience === audience && known.expiresAt > now();
    },
    expire: () => issued.clear(),
  };
}

/** The audience of a scope or resource; undefined when the tenant does not know it. */
export function audienceOf(scope: string): Audience | undefined {
  if (/^https:\/\/monitor\.azure\.(?:com|us|cn)\/*(?:\.default)?$/.test(scope)) return "ingestion";
  if (/^https:\/\/management\.[\w.]+\/*(?:\.default)?$/.test(scope)) return "management";
  return undefined;
}
