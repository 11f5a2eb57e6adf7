import type { HttpClient } from "@arbitex/core";
import { describeFailure } from "@arbitex/core";
import type { JwtSettings } from "../config/auth-settings.ts";
import type { JWTVerifyGetKey, jwtVerify as JwtVerify } from "jose";
import type * as Jose from "jose";
import { z } from "zod";
import { errorOf } from "../message-of.ts";
import { callerOfClaims } from "./jwt-claims.ts";
import type { SignIn } from "./sign-in.ts";
import { createVerifying } from "./verifying.ts";

export interface JwtOptions {
  readonly settings: JwtSettings;
  /** Fetches the issuer's documents; redirects are not followed. */
  readonly http: HttpClient;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called when the issuer's keys cannot be fetched. */
  readonly onFailure: (error: Error) => void;
}

/** Asymmetric algorithms only. With a shared secret, everyone able to verify a token could also forge one. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const CLOCK_TOLERANCE_S = 30;
const FETCH_TIMEOUT_MS = 5000;
/** Verification shares Node's thread pool with file writes and compression, so some threads are left free. */
const VERIFIED_AT_ONCE = 2;
const MOST_WAITING = 1000;

/** Verifies JSON Web Tokens of the issuer. Its keys are fetched on demand and cached for ten minutes. */
export function createJwtSignIn({ settings, http, now, onFailure }: JwtOptions) {
  const { issuer, audience } = settings;
  // Loaded at the first token: a server should not wait for it at its start.
  let loading: Promise<Verifier> | undefined;
  const verifying = createVerifying({ width: VERIFIED_AT_ONCE, mostWaiting: MOST_WAITING });
  return async (token: string): Promise<SignIn> => {
    loading ??= loadVerifier(settings, http);
    const { jwtVerify, keys } = await loading;
    let isVerifying = false;
    // Tokens that wait for the issuer's keys do not take slots from tokens whose keys are cached.
    const keyFor: JWTVerifyGetKey = async (header, jws) => {
      const key = await keys(header, jws);
      isVerifying = await verifying.begin();
      if (!isVerifying) throw new Overrun();
      return key;
    };
    try {
      const { payload } = await jwtVerify(token, keyFor, {
        issuer,
        audience: [...audience],
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_TOLERANCE_S,
        currentDate: new Date(now()),
        requiredClaims: ["exp"],
      });
      return { kind: "known", caller: callerOfClaims(payload, settings) };
    } catch (error) {
      if (error instanceof Overrun) return { kind: "unavailable", reason: "Too many tokens are being verified." };
      const reason = refusalOf(error);
      if (reason !== undefined) return { kind: "refused", reason };
      onFailure(errorOf(error));
      return { kind: "unavailable", reason: `The keys of ${issuer} cannot be fetched: ${describeFailure(error)}` };
    } finally {
      if (isVerifying) verifying.end();
    }
  };
}

interface Verifier {
  readonly jwtVerify: typeof JwtVerify;
  readonly keys: JWTVerifyGetKey;
}

async function loadVerifier(settings: JwtSettings, http: HttpClient): Promise<Verifier> {
  const jose = await import("jose");
  return { jwtVerify: jose.jwtVerify, keys: keysOf(settings, http, jose) };
}

class Overrun extends Error {}

const discoverySchema = z.looseObject({ issuer: z.string(), jwks_uri: z.url() });

/**
 * The issuer's keys. The `jwks_uri` is read again with every fetch of the keys, because an issuer may move them and
 * keep answering at the old address.
 */
function keysOf(
  { issuer, jwksUrl }: JwtSettings,
  http: HttpClient,
  { createRemoteJWKSet, customFetch }: Pick<typeof Jose, "createRemoteJWKSet" | "customFetch">,
): JWTVerifyGetKey {
  let known = jwksUrl;
  const placeOfKeys = async (signal: AbortSignal): Promise<string> => {
    if (jwksUrl !== undefined) return jwksUrl;
    try {
      known = await discover(issuer, http, signal);
    } catch (error) {
      if (known === undefined) throw error;
    }
    return known;
  };
  const fetchKeys = async (_url: string, { headers, signal }: { headers: Headers; signal: AbortSignal }) => {
    const request = { url: await placeOfKeys(signal), method: "GET", headers: Object.fromEntries(headers) } as const;
    const reply = await http.send(request, signal);
    return new Response(reply.text, { status: reply.status });
  };
  const url = new URL(jwksUrl ?? discoveryUrl(issuer));
  return createRemoteJWKSet(url, { [customFetch]: fetchKeys, timeoutDuration: FETCH_TIMEOUT_MS });
}

function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
}

async function discover(issuer: string, http: HttpClient, signal: AbortSignal): Promise<string> {
  const url = discoveryUrl(issuer);
  const reply = await http.send({ url, method: "GET" }, signal);
  if (reply.status !== 200) throw new Error(`${url} answered ${reply.status}`);
  const found = discoverySchema.safeParse(parsed(reply.text));
  if (!found.success) throw new Error(`${url} is no discovery document; set auth.jwt.jwks_url`);
  if (found.data.issuer !== issuer) throw new Error(`${url} is about another issuer, ${found.data.issuer}`);
  // A document fetched over https must not point to keys over http, which others could replace.
  if (url.startsWith("https:") && !found.data.jwks_uri.startsWith("https:")) {
    throw new Error(`${url} names keys that are not behind https`);
  }
  return found.data.jwks_uri;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why the token is refused. Undefined when the error has another cause than the token. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "ERR_JWT_EXPIRED":
      return "The token has expired.";
    case "ERR_JWT_CLAIM_VALIDATION_FAILED":
      return claimRefusal("claim" in error ? String(error.claim) : "");
    case "ERR_JWS_SIGNATURE_VERIFICATION_FAILED":
      return "The token's signature is not the issuer's.";
    case "ERR_JWKS_NO_MATCHING_KEY":
      return "The issuer has no key of the token's kid and algorithm.";
    case "ERR_JWKS_MULTIPLE_MATCHING_KEYS":
      return "The token names no key by its kid, and the issuer has several.";
    case "ERR_JOSE_ALG_NOT_ALLOWED":
    case "ERR_JOSE_NOT_SUPPORTED":
      return `The token's algorithm is not taken; the issuer must sign with one of ${ALGORITHMS.join(", ")}.`;
    case "ERR_JWS_INVALID":
    case "ERR_JWT_INVALID":
      return "The bearer token is neither one of this server nor a JSON Web Token.";
    default:
      return undefined;
  }
}

const CLAIMS: Readonly<Record<string, string>> = {
  iss: "The token is of another issuer.",
  aud: "The token is for another audience.",
  nbf: "The token is not valid yet.",
  exp: "The token says no time at which it expires.",
};

function claimRefusal(claim: string): string {
  return CLAIMS[claim] ?? `The token's claim ${claim} is not as it must be.`;
}
