import type { KeyObject } from "node:crypto";
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { SiemError } from "@arbitex/core";
import { messageOf } from "../message-of.ts";

/** The algorithm of a key, which follows from its use. */
export type KeyUse = "ed25519" | "x25519";

export interface KeyFile {
  /** The option as the user typed it, such as `--sign sign.pem`. */
  readonly option: string;
  readonly path: string;
  readonly algorithm: KeyUse;
}

/** Reads the private half of a key. Throws `SIEM_BUNDLE_KEY` when the file is anything else. */
export async function readPrivateKey(file: KeyFile): Promise<KeyObject> {
  const pem = await pemOf(file);
  if (pem.includes("PUBLIC KEY")) throw wrongKey(file, "holds a public key; its private half is wanted");
  return checked(file, () => createPrivateKey(pem));
}

/** Reads the public half of a key. Refuses a private key, which does not belong on this side. */
export async function readPublicKey(file: KeyFile): Promise<KeyObject> {
  const pem = await pemOf(file);
  if (pem.includes("PRIVATE KEY")) {
    const fix = `give its public half: openssl pkey -in ${file.path} -pubout -out ${file.algorithm}.pub.pem`;
    throw wrongKey(file, `holds a private key, which belongs on the other side only; ${fix}`);
  }
  return checked(file, () => createPublicKey(pem));
}

/** Names a key in a bundle's header: a hash of its public half. */
export function keyIdOf(key: KeyObject): string {
  const publicHalf = key.type === "private" ? createPublicKey(key) : key;
  return createHash("sha256")
    .update(publicHalf.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 32);
}

async function pemOf(file: KeyFile): Promise<string> {
  try {
    return await readFile(file.path, "utf8");
  } catch (error) {
    throw wrongKey(file, `cannot be read: ${messageOf(error)}`, error);
  }
}

function checked(file: KeyFile, parse: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = parse();
  } catch (error) {
    const made = `openssl genpkey -algorithm ${file.algorithm} -out FILE`;
    throw wrongKey(file, `is no PEM file of a key without a passphrase; one is made by: ${made}`, error);
  }
  if (key.asymmetricKeyType === file.algorithm) return key;
  throw wrongKey(file, `is a key for ${key.asymmetricKeyType ?? "something else"}; ${file.algorithm} is wanted`);
}

function wrongKey({ option }: KeyFile, what: string, cause?: unknown): SiemError {
  return new SiemError("SIEM_BUNDLE_KEY", `${option} ${what}.`, { cause });
}
