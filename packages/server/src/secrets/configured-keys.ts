import { randomBytes } from "node:crypto";
import type { Secret } from "@arbitex/core";
import { SiemError } from "@arbitex/core";
import type { FernetKeys } from "./fernet-keys.ts";
import { parseFernetKeys, WAY_OUT } from "./fernet-keys.ts";

export interface ConfiguredKeys {
  readonly keys: FernetKeys;
  /** Nobody else has this key, and nobody will have it after a restart. */
  readonly isThrowAway: boolean;
}

/** The keys of `FERNET_KEY`. Without it, a key for as long as this process lives; but never in production. */
export function configuredKeys(
  text: Secret | undefined,
  { isProduction }: { readonly isProduction: boolean },
): ConfiguredKeys {
  if (text !== undefined) return { keys: parseFernetKeys(text.reveal()), isThrowAway: false };
  if (isProduction) throw new SiemError("SIEM_FERNET_KEY", `FERNET_KEY is not set, and this is production. ${WAY_OUT}`);
  return { keys: parseFernetKeys(madeKey()), isThrowAway: true };
}

/** What to log where a throw-away key is used. */
export const THROW_AWAY_WARNING =
  "FERNET_KEY is not set: secrets are encrypted with a key that ends with this process, and cannot be read after a restart";

function madeKey(): string {
  return randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
