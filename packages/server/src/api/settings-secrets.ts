import { Secret } from "@arbitex/core";
import { hiderOf } from "@arbitex/core/host";
import type { Settings } from "../organisations/configs/siem-config.ts";
import { recipientChange } from "./recipient.ts";
import type { Places } from "./secret-places.ts";
import { mapSettings, SECRET_MARK } from "./secret-places.ts";

/** Settings for an answer, with every secret masked. */
export function maskedSettings(settings: Settings, places: Places): Settings {
  return mapSettings(settings, places, {
    secret: () => SECRET_MARK,
    plain: (_path, value) => (typeof value === "string" ? withoutCredential(value) : value),
  });
}

/** Strips `user:password@` from a URL. No bundled connector accepts it, but the platform's own rows may contain it. */
function withoutCredential(text: string): string {
  return text.replaceAll(/:\/\/[^/?#\s]*@/g, `://${SECRET_MARK}@`);
}

/** Every secret by its path. */
export function secretsIn(settings: Settings, places: Places): ReadonlyMap<string, unknown> {
  const secrets = new Map<string, unknown>();
  mapSettings(settings, places, {
    secret(path, value) {
      secrets.set(path, value);
      return value;
    },
    plain: (_path, value) => value,
  });
  return secrets;
}

/** Returns a function that masks the settings' secrets in a text. */
export function hiderOfSettings(settings: Settings, places: Places): (text: string) => string {
  const texts = [...secretsIn(settings, places).values()].flatMap(textsIn);
  return hiderOf(texts.filter((text) => text !== SECRET_MARK).map((text) => new Secret(text)));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

export interface KeptSecrets {
  readonly settings: Settings;
  /** Paths of masks that were replaced by the stored value. */
  readonly kept: readonly string[];
  /** Paths of masks without a stored value. */
  readonly missing: readonly string[];
  /** The setting that would send kept secrets to another recipient. */
  readonly moved: string | undefined;
}

/** New settings with masks replaced by the stored secrets. */
export function keepSecrets(given: Settings, stored: Settings, places: Places): KeptSecrets {
  const secrets = secretsIn(stored, places);
  const kept: string[] = [];
  const missing: string[] = [];
  const settings = mapSettings(given, places, {
    secret(path, value) {
      if (value !== SECRET_MARK) return value;
      (secrets.has(path) ? kept : missing).push(path);
      return secrets.get(path);
    },
    plain: (_path, value) => value,
  });
  const moved = kept.length === 0 ? undefined : recipientChange(stored, settings, places);
  return { settings, kept, missing, moved };
}
