import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "@arbitex/core";
import { errorOf } from "../message-of.ts";
import type { Authenticate, Caller } from "./access.ts";

/** What a bearer token proved. */
export type SignIn =
  | { readonly kind: "known"; readonly caller: Caller }
  | { readonly kind: "refused"; readonly reason: string }
  /** Nobody can say: the database or the issuer of JWTs does not answer. */
  | { readonly kind: "unavailable"; readonly reason: string };

export interface SignInOptions {
  /** `SIEM_INGEST_TOKEN`. */
  readonly ingestToken?: Secret | undefined;
  /** Looks among the tokens of the database. */
  readonly authenticate?: Authenticate | undefined;
  readonly jwt?: ((token: string) => Promise<SignIn>) | undefined;
  /** Told why nobody could say; never with the token. */
  readonly onFailure: (error: Error) => void;
}

/** Tokens that `arbitex-siem tokens create` makes begin so; every other may be a JWT. */
const TOKEN_PREFIX = "siem_";

const ingestCaller: Caller = { name: "SIEM_INGEST_TOKEN", scopes: [{ kind: "ingest" }] };
const unknown: SignIn = { kind: "refused", reason: "The bearer token is unknown, expired or revoked." };

/** Finds out who a bearer token belongs to. */
export function createSignIn({ ingestToken, authenticate, jwt, onFailure }: SignInOptions) {
  const isIngestToken = matcherOf(ingestToken);
  return async (bearer: string): Promise<SignIn> => {
    if (isIngestToken(bearer)) return { kind: "known", caller: ingestCaller };
    if (!bearer.startsWith(TOKEN_PREFIX)) return jwt === undefined ? unknown : jwt(bearer);
    if (authenticate === undefined) return unknown;
    try {
      const caller = await authenticate(bearer);
      return caller === undefined ? unknown : { kind: "known", caller };
    } catch (error) {
      onFailure(errorOf(error));
      return { kind: "unavailable", reason: "The database that knows the tokens does not answer." };
    }
  };
}

/** Compares digests, so that the time taken says nothing about the token, its length included. */
function matcherOf(token: Secret | undefined): (given: string) => boolean {
  if (token === undefined) return () => false;
  const wanted = digestOf(token.reveal());
  return (given) => timingSafeEqual(digestOf(given), wanted);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
