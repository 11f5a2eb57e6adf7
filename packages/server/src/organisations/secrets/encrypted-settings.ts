import { z } from "zod";
import type { Settings } from "../configs/siem-config.ts";
import { createFernet } from "./fernet.ts";
import type { FernetKeys } from "./fernet-keys.ts";
import { keyIdOf } from "./fernet-keys.ts";

/** The row of encrypted settings. The ciphertext contains it, so that it cannot be copied to another row. */
export interface Place {
  readonly id: string;
  readonly orgId: string;
  readonly type: string;
}

export type Decrypted =
  | {
      readonly kind: "settings";
      readonly settings: Settings;
      /** False for settings that the platform encrypted without naming the row. */
      readonly isBound: boolean;
    }
  /** `reason` includes the fix. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** Encrypts and decrypts an organisation's settings, bound to their row. */
export interface SettingsCipher {
  /** Id of the encrypting key. It is stored beside the token, so that a rotation finds the remaining rows. */
  readonly keyId: string;
  encrypt(settings: Settings, place: Place): string;
  decrypt(token: string, place: Place): Decrypted;
  /** Encrypts a bound token again with the current key. The token keeps its timestamp. */
  rotate(token: string): string;
}

export interface SettingsCipherOptions {
  readonly keys: FernetKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function createSettingsCipher({ keys, now }: SettingsCipherOptions): SettingsCipher {
  const fernet = createFernet({ keys, now });

  function parse(token: string): PlainSettings | undefined {
    try {
      return plainSettings.parse(JSON.parse(fernet.decrypt(token).toString()));
    } catch {
      return undefined;
    }
  }

  return {
    keyId: keyIdOf(keys[0]),
    encrypt: (settings, place) => fernet.encrypt(JSON.stringify({ ...settings, [PLACE_KEY]: boundTo(place) })),
    decrypt(token, place) {
      const content = parse(token);
      if (content === undefined) return { kind: "unreadable", reason: NOT_DECRYPTED };
      const { [PLACE_KEY]: written, ...settings } = content;
      if (written === undefined) return { kind: "settings", settings, isBound: false };
      return isSame(written, place)
        ? { kind: "settings", settings, isBound: true }
        : { kind: "unreadable", reason: FROM_ELSEWHERE };
    },
    rotate: (token) => fernet.rotate(token),
  };
}

const PLACE_KEY = "_siem";

const plainSettings = z.looseObject({
  [PLACE_KEY]: z.object({ id: z.string(), org_id: z.string(), type: z.string() }).optional(),
});
type PlainSettings = z.output<typeof plainSettings>;
type Written = NonNullable<PlainSettings[typeof PLACE_KEY]>;

const NOT_DECRYPTED =
  "The settings cannot be decrypted: FERNET_KEY does not hold the key that encrypted them, or they are damaged. " +
  "Add that key to FERNET_KEY, or enter the settings again.";
// The message does not name the other organisation.
const FROM_ELSEWHERE =
  "The settings were encrypted for another configuration and copied here, so they are not used. Enter them again.";

/** Lower-cases UUIDs, as PostgreSQL returns them. */
function boundTo({ id, orgId, type }: Place): Written {
  return { id: id.toLowerCase(), org_id: orgId.toLowerCase(), type };
}

function isSame(written: Written, place: Place): boolean {
  const here = boundTo(place);
  return written.id === here.id && written.org_id === here.org_id && written.type === here.type;
}
