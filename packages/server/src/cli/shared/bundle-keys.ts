import type { KeyObject } from "node:crypto";
import { resolve } from "node:path";
import type { KeyUse } from "../../bundle/bundle-keys.ts";
import { readPrivateKey, readPublicKey } from "../../bundle/bundle-keys.ts";
import { UsageError } from "../../usage-error.ts";
import type { CommandContext } from "./context.ts";

/** A key file given by an option. */
interface KeyOption {
  readonly name: "--sign" | "--encrypt" | "--verify" | "--decrypt";
  readonly path: string | undefined;
}

const KEYS = {
  "--sign": { algorithm: "ed25519", read: readPrivateKey },
  "--encrypt": { algorithm: "x25519", read: readPublicKey },
  "--verify": { algorithm: "ed25519", read: readPublicKey },
  "--decrypt": { algorithm: "x25519", read: readPrivateKey },
} as const satisfies Record<KeyOption["name"], { algorithm: KeyUse; read: typeof readPrivateKey }>;

/** Reads a key file. Without one, throws an error that tells how to create keys. */
export function keyOf({ terminal }: CommandContext, { name, path }: KeyOption): Promise<KeyObject> {
  if (path === undefined) throw new UsageError(`${name} is missing. ${HOW_TO_MAKE_KEYS}`);
  const { algorithm, read } = KEYS[name];
  return read({ option: `${name} ${path}`, path: resolve(terminal.workingFolder, path), algorithm });
}

const HOW_TO_MAKE_KEYS = `Bundles are signed with a key of the side that exports, and encrypted for one of the side that imports.

On the exporting side, once:
  openssl genpkey -algorithm ed25519 -out sign.pem && openssl pkey -in sign.pem -pubout -out sign.pub.pem
On the importing side, once:
  openssl genpkey -algorithm x25519 -out recipient.pem && openssl pkey -in recipient.pem -pubout -out recipient.pub.pem
Take each .pub.pem to the other side. Then:
  arbitex-siem export ID --to FILE --sign sign.pem --encrypt recipient.pub.pem
  arbitex-siem import FILE --verify sign.pub.pem --decrypt recipient.pem`;
