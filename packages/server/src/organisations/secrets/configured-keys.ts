import type { Logger, Secret } from "@arbitex/core";
import { SiemError } from "@arbitex/core";
import type { FernetKeys } from "./fernet-keys.ts";
import { createFernetKey, parseFernetKeys, WAY_OUT } from "./fernet-keys.ts";

interface KeyRules {
  readonly isProduction: boolean;
  readonly logger: Logger;
}

/** The keys of `FERNET_KEY`. Without it, a random key for the life of this process; never in production. */
export function configuredKeys(text: Secret | undefined, { isProduction, logger }: KeyRules): FernetKeys {
  if (text !== undefined) return parseFernetKeys(text.reveal());
  if (isProduction) throw new SiemError("SIEM_FERNET_KEY", `FERNET_KEY is not set, and this is production. ${WAY_OUT}`);
  logger.warn({}, "FERNET_KEY is not set: stored settings have a throw-away key and cannot be read after a restart");
  return parseFernetKeys(createFernetKey());
}
