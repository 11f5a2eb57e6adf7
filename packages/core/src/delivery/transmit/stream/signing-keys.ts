import type { KeyObject } from "node:crypto";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { z } from "zod";

/** Signs checkpoints. */
export interface Signer {
  /** Id of the key in use. */
  readonly keyId: string;
  sign(fingerprint: Buffer): Buffer;
}

/** A public key as a JSON Web Key (RFC 8037), with the times of its use. */
export interface PublishedKey {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly x: string;
  readonly kid: string;
  readonly use: "sig";
  readonly alg: "EdDSA";
  /** ISO 8601. A key without an end is in use, or will be. */
  readonly created_at: string;
  readonly retired_at?: string;
}

export interface StoredKey {
  readonly created_at: string;
  readonly retired_at?: string | undefined;
  readonly private_key: string;
}

export const storedKeys = z.strictObject({
  keys: z
    .array(z.strictObject({ created_at: z.string(), retired_at: z.string().optional(), private_key: z.string() }))
    .min(1),
});

export function newStoredKey(now: number): StoredKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  return { created_at: new Date(now).toISOString(), private_key: pemOf(privateKey) };
}

/** Returns the signer of the newest key. */
export function signerOf({ private_key }: StoredKey): Signer {
  const key = createPrivateKey(private_key);
  return { keyId: keyIdOf(createPublicKey(key)), sign: (fingerprint) => sign(null, fingerprint, key) };
}

/** Returns the public half of each key, newest first. Old ones are kept: they verify old checkpoints. */
export function publishedKeys(keys: readonly StoredKey[]): readonly PublishedKey[] {
  return keys
    .map(({ created_at, retired_at, private_key }): PublishedKey => {
      const key = createPublicKey(private_key);
      const shared = { kty: "OKP", crv: "Ed25519", use: "sig", alg: "EdDSA" } as const;
      const kid = keyIdOf(key);
      return { ...shared, x: pointOf(key), kid, created_at, ...(retired_at !== undefined && { retired_at }) };
    })
    .toReversed();
}

/** Returns the thumbprint of a key (RFC 7638), shortened. */
export function keyIdOf(key: KeyObject): string {
  const canonical = `{"crv":"Ed25519","kty":"OKP","x":"${pointOf(key)}"}`;
  return createHash("sha256").update(canonical).digest("base64url").slice(0, 16);
}

function pointOf(key: KeyObject): string {
  const { x } = key.export({ format: "jwk" });
  if (x === undefined) throw new TypeError("not an Ed25519 key");
  return x;
}

function pemOf(key: KeyObject): string {
  return key.export({ format: "pem", type: "pkcs8" }).toString();
}
