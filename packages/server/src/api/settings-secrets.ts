import { Secret } from "@arbitex/core";
import { hiderOf } from "@arbitex/core/host";
import type { Settings } from "../organisations/configs/siem-config.ts";
import { recipientChange } from "./recipient.ts";
import type { Places } from "./secret-places.ts";
import { mapSettings, SECRET_MARK } from "./secret-places.ts";

/** Settings as an answer shows them: a mark in the place of each secret. */
export function maskedSettings(settings: Settings, places: Places): Settings {
  return mapSettings(settings, places, {
    secret: () => SECRET_MARK,
    plain: (_path, value) => (typeof value === "string" ? withoutCredential(value) : value),
  });
}

/** `https://user:password@host`: no connector of ours takes it, but rows that others wrote may hold it. */
function withoutCredential(text: string): string {
  return text.replaceAll(/:\/\/[^/?#\s]*@/g, `://${SECRET_MARK}@`);
}

/** Every secret, by its path. */
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

/** Hides the secrets of settings in a text. */
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
  /** Paths whose stored value was put in the mark's place. */
  readonly kept: readonly string[];
  /** Paths whose mark has nothing to stand for. */
  readonly missing: readonly string[];
  /** Kept secrets would go to somebody else now: the setting that says so. */
  readonly moved: string | undefined;
}

/** New settings with the stored secrets in the place of their marks. */
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
