import type { KeyObject } from "node:crypto";
import { createPrivateKey, sign } from "node:crypto";
import { z } from "zod";
import { SCOPE } from "./scope.ts";

const TOKEN_URL = "https://oauth2.googleapis.com/token";
/** Longest lifetime that Google accepts. */
const LIFE_SECONDS = 3600;

const keySchema = z.object({
  type: z.literal("service_account"),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default(TOKEN_URL),
});

/** A service account's key, which signs token requests. */
export interface ServiceAccountKey {
  readonly email: string;
  readonly keyId: string | undefined;
  readonly key: KeyObject;
  readonly tokenUrl: string;
}

/** Parses a valid key. */
export function readServiceAccountKey(text: string): ServiceAccountKey {
  const { client_email, private_key, private_key_id, token_uri } = keySchema.parse(JSON.parse(text));
  return { email: client_email, keyId: private_key_id, key: createPrivateKey(private_key), tokenUrl: token_uri };
}

/** Returns what is wrong with a key, without showing any of it; undefined if nothing is. */
export function serviceAccountProblem(text: string): string | undefined {
  const value = parsed(text);
  if (value === undefined) {
    return "must be the JSON of the key file itself, from { to }: in a file of settings, quote it or let it come from a variable";
  }
  const { success, data, error } = keySchema.safeParse(value);
  if (!success) {
    const names = [...new Set(error.issues.map(({ path }) => path.join(".") || "the whole"))];
    return `is no key of a service account: ${names.join(", ")} missing or wrong. A file of the type external_account goes into workload_identity`;
  }
  return isRsaKey(data.private_key) ? undefined : "holds a private_key that is no RSA key in PEM form";
}

/**
 * Signs the claim that Google's token service exchanges for an access token (RFC 7523). `now` is in milliseconds since
 * the epoch.
 */
export function signAssertion({ email, key, keyId, tokenUrl }: ServiceAccountKey, now: number): string {
  const iat = Math.floor(now / 1000);
  const header = { alg: "RS256", typ: "JWT", ...(keyId !== undefined && { kid: keyId }) };
  const claims = { iss: email, scope: SCOPE, aud: tokenUrl, iat, exp: iat + LIFE_SECONDS };
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`;
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}
