import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "@arbitex/core";
import { errorOf } from "../message-of.ts";
import type { Authenticate, Caller } from "./access.ts";

/** Result of checking a bearer token. */
export type SignIn =
  | { readonly kind: "known"; readonly caller: Caller }
  | { readonly kind: "refused"; readonly reason: string }
  /** The database or the issuer of JWTs does not answer. */
  | { readonly kind: "unavailable"; readonly reason: string };

export interface SignInOptions {
  /** `SIEM_INGEST_TOKEN`. */
  readonly ingestToken?: Secret | undefined;
  /** Looks the token up in the database. */
  readonly authenticate?: Authenticate | undefined;
  readonly jwt?: ((token: string) => Promise<SignIn>) | undefined;
  /** Called with the cause when a token cannot be checked; never with the token. */
  readonly onFailure: (error: Error) => void;
}

/** Prefix of tokens made by `arbitex-siem tokens create`. A token without it may be a JWT. */
const TOKEN_PREFIX = "siem_";

const ingestCaller: Caller = { name: "SIEM_INGEST_TOKEN", scopes: [{ kind: "ingest" }] };
const unknown: SignIn = { kind: "refused", reason: "The bearer token is unknown, expired or revoked." };

/** Identifies the caller of a bearer token. */
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

/** Compares digests, so that timing reveals nothing about the token, its length included. */
function matcherOf(token: Secret | undefined): (given: string) => boolean {
  if (token === undefined) return () => false;
  const wanted = digestOf(token.reveal());
  return (given) => timingSafeEqual(digestOf(given), wanted);
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
