import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf, SiemError } from "../errors.ts";
import { isMissing } from "../files/error-code.ts";
import { keepToOwner, makeOwnFolder, OWN_FILE } from "../files/owner-only.ts";
import type { PublishedKey, Signer, StoredKey } from "../delivery/transmit/stream/signing-keys.ts";
import { newStoredKey, publishedKeys, signerOf, storedKeys } from "../delivery/transmit/stream/signing-keys.ts";

/** Opens the newest key of a file, which is created with a first key if there is none. */
export async function openSignerFile(path: string): Promise<Signer> {
  const [newest] = (await keysOf(path)).toReversed();
  if (newest !== undefined) return signerOf(newest);
  const key = newStoredKey(Date.now());
  await writeKeys(path, [key]);
  return signerOf(key);
}

/** Returns the public keys of a file, newest first; none if it does not exist. */
export async function readPublishedKeys(path: string): Promise<readonly PublishedKey[]> {
  return publishedKeys(await keysOf(path));
}

/**
 * Adds a key to a file, which signs from the next start or reload on. The others stay: they verify the checkpoints that
 * they signed.
 */
export async function rotateSigningKey(path: string): Promise<readonly PublishedKey[]> {
  const now = new Date().toISOString();
  const before = await keysOf(path);
  const retired = before.map((key) => ({ ...key, retired_at: key.retired_at ?? now }));
  const keys = [...retired, newStoredKey(Date.now())];
  await writeKeys(path, keys);
  return publishedKeys(keys);
}

async function keysOf(path: string): Promise<readonly StoredKey[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return [];
    throw new SiemError("SIEM_SIGNING_KEY", `${path} cannot be read: ${messageOf(error)}. Check its owner.`);
  }
  try {
    return storedKeys.parse(JSON.parse(text)).keys;
  } catch {
    const fix = "Restore it from a copy; a new file would begin a key that nobody knows.";
    throw new SiemError("SIEM_SIGNING_KEY", `${path} is no file of signing keys. ${fix}`);
  }
}

async function writeKeys(path: string, keys: readonly StoredKey[]): Promise<void> {
  await makeOwnFolder(dirname(path), () => false);
  const file = await open(`${path}.new`, "w", OWN_FILE);
  try {
    await keepToOwner(file);
    await file.writeFile(`${JSON.stringify({ keys }, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
