import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { SiemError } from "@arbitex/core";
import type { FernetKey, FernetKeys } from "./fernet-keys.ts";

/** Encryption at rest in the Fernet format (version 0x80), compatible with Python's `cryptography`. */
export interface Fernet {
  /** Encrypts with the first key and the current time. */
  encrypt(plain: string | Uint8Array): string;
  /** Decrypts with whichever key fits. Every failure throws the same error, so that it reveals nothing. */
  decrypt(token: string, options?: { readonly ttlSeconds?: number }): Buffer;
  /** Encrypts the same content and timestamp with the first key. */
  rotate(token: string): string;
}

/** The keys, the clock and, in tests, the initialisation vectors. */
export interface FernetOptions {
  readonly keys: FernetKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 16 bytes, unique per token. Random by default. */
  readonly makeIv?: () => Uint8Array;
}

/** Creates the encryption with these keys: the first encrypts, all decrypt. */
export function createFernet({ keys, now, makeIv = () => randomBytes(IV_BYTES) }: FernetOptions): Fernet {
  const nowSeconds = () => BigInt(Math.floor(now() / 1000));

  function open(token: string): Content {
    const parts = partsOf(token);
    const key = parts && keyOf(keys, parts);
    const plain = parts && key && decrypted(key, parts);
    return parts && plain ? { seconds: parts.seconds, plain } : unreadable();
  }

  return {
    encrypt: (plain) => encryptWith(keys[0], { seconds: nowSeconds(), plain: Buffer.from(plain) }, makeIv()),
    decrypt(token, { ttlSeconds } = {}) {
      const { seconds, plain } = open(token);
      return ttlSeconds === undefined || isFresh(seconds, nowSeconds(), BigInt(ttlSeconds)) ? plain : unreadable();
    },
    rotate: (token) => encryptWith(keys[0], open(token), makeIv()),
  };
}

interface Content {
  readonly seconds: bigint;
  readonly plain: Buffer;
}

const VERSION = 0x80;
const TIME_AT = 1;
const IV_AT = 9;
const IV_BYTES = 16;
const CIPHERTEXT_AT = IV_AT + IV_BYTES;
const BLOCK_BYTES = 16;
const MAC_BYTES = 32;
const CIPHER = "aes-128-cbc";
/** Largest clock difference between machines. Checked only with a TTL. */
const MAX_SKEW_SECONDS = 60n;

function encryptWith({ signing, encryption }: FernetKey, { seconds, plain }: Content, iv: Uint8Array): string {
  const head = Buffer.alloc(IV_AT);
  head.writeUInt8(VERSION);
  head.writeBigUInt64BE(seconds, TIME_AT);
  const cipher = createCipheriv(CIPHER, encryption, iv);
  const signed = Buffer.concat([head, iv, cipher.update(plain), cipher.final()]);
  return encoded(Buffer.concat([signed, createHmac("sha256", signing).update(signed).digest()]));
}

interface Parts {
  readonly seconds: bigint;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly signed: Buffer;
  readonly mac: Buffer;
}

/** A token's unverified parts; undefined when it is malformed. */
function partsOf(token: string): Parts | undefined {
  const bytes = Buffer.from(token, "base64url");
  // Node's decoder skips characters outside base64, so the result is encoded again and compared.
  if (encoded(bytes) !== token) return undefined;
  const macAt = bytes.length - MAC_BYTES;
  const size = macAt - CIPHERTEXT_AT;
  if (bytes[0] !== VERSION || size < BLOCK_BYTES || size % BLOCK_BYTES !== 0) return undefined;
  return {
    seconds: bytes.readBigUInt64BE(TIME_AT),
    iv: bytes.subarray(IV_AT, CIPHERTEXT_AT),
    ciphertext: bytes.subarray(CIPHERTEXT_AT, macAt),
    signed: bytes.subarray(0, macAt),
    mac: bytes.subarray(macAt),
  };
}

/** The key that signed the token. All keys are tried, so that timing does not reveal which. */
function keyOf(keys: FernetKeys, { signed, mac }: Parts): FernetKey | undefined {
  const matching = keys.filter(({ signing }) =>
    timingSafeEqual(createHmac("sha256", signing).update(signed).digest(), mac),
  );
  return matching[0];
}

function decrypted({ encryption }: FernetKey, { iv, ciphertext }: Parts): Buffer | undefined {
  const decipher = createDecipheriv(CIPHER, encryption, iv);
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  } catch {
    return undefined;
  }
}

function isFresh(seconds: bigint, now: bigint, ttl: bigint): boolean {
  return seconds + ttl >= now && seconds <= now + MAX_SKEW_SECONDS;
}

function encoded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

function unreadable(): never {
  throw new SiemError(
    "SIEM_FERNET_TOKEN",
    "An encrypted value cannot be read: it is damaged, or FERNET_KEY does not hold its key.",
  );
}
