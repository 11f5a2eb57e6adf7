import type { KeyObject } from "node:crypto";
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { SiemError } from "@arbitex/core";

/** One key. Both halves are `Secret` values. */
export interface FernetKey {
  readonly signing: KeyObject;
  readonly encryption: KeyObject;
}

/** The first key encrypts; all keys decrypt. */
export type FernetKeys = readonly [FernetKey, ...FernetKey[]];

/** Parses `FERNET_KEY`: one or more keys, comma-separated. Its errors show nothing of the keys. */
export function parseFernetKeys(text: string): FernetKeys {
  const texts = text.split(",").map((part) => part.trim());
  const [first, ...others] = texts.map((part, index) => parseKey(part, nameOf(index, texts.length)));
  if (first === undefined) throw new SiemError("SIEM_FERNET_KEY", "FERNET_KEY is empty.");
  return [first, ...others];
}

/** Identifies a key without revealing it: a MAC of a text that begins like no Fernet message. */
export function keyIdOf({ signing }: FernetKey): string {
  return createHmac("sha256", signing).update("arbitex-siem key id").digest("hex").slice(0, KEY_ID_LENGTH);
}

const KEY_ID_LENGTH = 16;
const KEY_BYTES = 32;

/** A new key in the format of `FERNET_KEY`. */
export function createFernetKey(): string {
  return randomBytes(KEY_BYTES).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** How to get a key. */
export const WAY_OUT =
  "Make one with: node -e \"console.log(crypto.randomBytes(32).toString('base64').replace(/[+]/g, '-').replace(/[/]/g, '_'))\"";

function parseKey(text: string, name: string): FernetKey {
  const problem = problemOf(text);
  if (problem !== undefined) throw new SiemError("SIEM_FERNET_KEY", `${name} ${problem}. ${WAY_OUT}`);
  const bytes = Buffer.from(text, "base64url");
  return {
    signing: createSecretKey(bytes.subarray(0, KEY_BYTES / 2)),
    encryption: createSecretKey(bytes.subarray(KEY_BYTES / 2)),
  };
}

/** Why a key is invalid, by its length and alphabet only. */
function problemOf(text: string): string | undefined {
  if (text === "") return "is empty";
  if (/^[\w-]{43}=$/.test(text)) return undefined;
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return "is in plain base64: write - for + and _ for /";
  if (/^[\w-]{43}$/.test(text)) return "has lost the = at its end";
  return `is no Fernet key: expected 32 bytes as 44 characters of url-safe base64, got ${text.length} characters`;
}

function nameOf(index: number, count: number): string {
  return count === 1 ? "FERNET_KEY" : `FERNET_KEY, key ${index + 1} of ${count},`;
}
