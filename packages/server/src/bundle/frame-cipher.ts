import type { KeyObject } from "node:crypto";
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";

const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;
const MAX_TEXT_BYTES = 512 * 1024 * 1024;

/** The position that a body is bound to. It cannot be decrypted elsewhere. */
export interface FramePlace {
  readonly frame: number;
  /** The previous link of the chain. */
  readonly before: Buffer;
  /** The frame's head. */
  readonly head: Buffer;
}

export interface FrameSealer {
  /** Ephemeral public key, which the heads of its frames contain. */
  readonly key: string;
  seal(packed: Buffer, place: FramePlace): Buffer;
}

/** Encrypts frames for a recipient with an ephemeral key that never leaves this process. */
export function createFrameSealer(bundleId: string, recipient: KeyObject): FrameSealer {
  const ephemeral = generateKeyPairSync("x25519");
  const key = spkiOf(ephemeral.publicKey);
  const secret = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: recipient });
  const contentKey = contentKeyOf(secret, { bundleId, key, recipient: spkiOf(recipient) });
  return {
    key,
    seal(packed, place) {
      const cipher = createCipheriv(CIPHER, contentKey, nonceOf(place)).setAAD(boundTo(place));
      return Buffer.concat([cipher.update(packed), cipher.final(), cipher.getAuthTag()]);
    },
  };
}

export interface FrameOpener {
  /** Throws when the body was not encrypted for this recipient and this position. */
  open(body: Buffer, place: FramePlace & { readonly key: string }): Buffer;
}

export function createFrameOpener(bundleId: string, recipient: KeyObject): FrameOpener {
  const own = spkiOf(createPublicKey(recipient));
  let known: { readonly key: string; readonly contentKey: Buffer } = { key: "", contentKey: Buffer.alloc(0) };
  return {
    open(body, place) {
      // Every run of the export has its own key.
      if (known.key !== place.key) {
        const publicKey = createPublicKey({ key: Buffer.from(place.key, "base64"), format: "der", type: "spki" });
        const secret = diffieHellman({ privateKey: recipient, publicKey });
        known = { key: place.key, contentKey: contentKeyOf(secret, { bundleId, key: place.key, recipient: own }) };
      }
      const decipher = createDecipheriv(CIPHER, known.contentKey, nonceOf(place), { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(place)).setAuthTag(body.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(body.subarray(0, -TAG_BYTES)), decipher.final()]);
    },
  };
}

/** Compresses events, each a line of JSON. */
export function packTexts(texts: readonly string[]): Promise<Buffer> {
  return promisify<string, Buffer>(gzip)(texts.join("\n"));
}

export async function unpackTexts(packed: Buffer): Promise<string[]> {
  const unpack = promisify<Buffer, { readonly maxOutputLength: number }, Buffer>(gunzip);
  return (await unpack(packed, { maxOutputLength: MAX_TEXT_BYTES })).toString("utf8").split("\n");
}

function contentKeyOf(secret: Buffer, about: Readonly<Record<"bundleId" | "key" | "recipient", string>>): Buffer {
  const info = `arbitex-bundle v1\n${about.key}\n${about.recipient}`;
  return Buffer.from(hkdfSync("sha256", secret, about.bundleId, info, 32));
}

/** Frame number and key together are unique within a bundle. */
function nonceOf({ frame }: FramePlace): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(frame, 6, 6);
  return nonce;
}

function boundTo({ before, head }: FramePlace): Buffer {
  return Buffer.concat([before, head]);
}

function spkiOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).toString("base64");
}
