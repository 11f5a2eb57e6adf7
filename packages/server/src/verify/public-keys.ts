import { createPublicKey, verify } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { messageOf } from "../message-of.ts";
import { UsageError } from "../usage-error.ts";

/** Returns whether a signature of a fingerprint is by one of the known keys. */
export type VerifySignature = (fingerprint: Buffer, signatures: unknown) => boolean;

const jwk = z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string() });
const document = z.union([
  z.object({ keys: z.array(jwk).min(1) }).transform(({ keys }) => keys),
  jwk.transform((key) => [key]),
]);
const MOST_SIGNATURES = 8;
const signature = z.object({ value: z.string() });

/** Reads public keys: what `signing-keys show --json` or the API prints, one JSON Web Key, or PEM. */
export async function readPublicKeys(path: string): Promise<VerifySignature> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new UsageError(`The key ${path} cannot be read: ${messageOf(error)}.`);
  });
  const keys = keysOf(text);
  if (keys.length === 0) {
    throw new UsageError(
      `${path} has no public Ed25519 key. It is what \`arbitex-siem signing-keys show --json\` or GET /v1/signing-keys prints, or PEM.`,
    );
  }
  return (fingerprint, signatures) => {
    if (!Array.isArray(signatures)) return false;
    // One each, or two while keys change.
    return signatures.slice(0, MOST_SIGNATURES).some((each: unknown) => {
      const parsed = signature.safeParse(each);
      const value = parsed.success ? Buffer.from(parsed.data.value, "base64") : undefined;
      return value !== undefined && keys.some((key) => verify(undefined, fingerprint, key, value));
    });
  };
}

function keysOf(text: string) {
  try {
    return keysIn(text);
  } catch {
    // It looks like keys, and OpenSSL cannot read one of them.
    return [];
  }
}

function keysIn(text: string) {
  if (text.includes("-----BEGIN")) {
    const blocks = text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
    return blocks
      .map((block) => createPublicKey(block))
      .filter(({ asymmetricKeyType }) => asymmetricKeyType === "ed25519");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const parsed = document.safeParse(value);
  return parsed.success ? parsed.data.map((key) => createPublicKey({ key, format: "jwk" })) : [];
}
