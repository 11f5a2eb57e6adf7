import type { Settings } from "../organisations/configs/siem-config.ts";
import type { Places } from "./secret-places.ts";
import { mapSettings } from "./secret-places.ts";

/**
 * The changed setting through which a stored secret would reach another recipient; undefined when there is none.
 *
 * A user may change a configuration without knowing its secrets. If they were kept while the address changes, that user
 * could send them to a server of their own.
 */
export function recipientChange(stored: Settings, given: Settings, places: Places): string | undefined {
  const before = recipientsIn(stored, places);
  const after = recipientsIn(given, places);
  return [...new Set([...before.keys(), ...after.keys()])].find((path) => before.get(path) !== after.get(path));
}

/** The recipient of the settings, as one text. */
export function recipientText(settings: Settings, places: Places): string {
  return [...recipientsIn(settings, places)]
    .map((one) => JSON.stringify(one))
    .toSorted()
    .join();
}

/**
 * Matches address settings by name, because a connector does not declare their purpose. A false match is harmless, a
 * missed one is not.
 */
const NAMES =
  /(?:^|_)(?:url|uri|host|hostname|endpoint|address|server|site|cloud|domain|region|port|proxy|authority)(?:_|$)/i;
/** Settings that decide which server is trusted at the address. */
const TRUST = /^tls_(?:verify|ca)$/;
/** Facts about events, not addresses. */
const FACTS = /^source_/;

function recipientsIn(settings: Settings, places: Places): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const note = (path: string, value: unknown) => {
    const key =
      path
        .replaceAll(/\[\d+\]/g, "")
        .split(".")
        .at(-1) ?? path;
    const isNamed = !FACTS.test(key) && (NAMES.test(key) || TRUST.test(key));
    if (isNamed || (typeof value === "string" && value.includes("://"))) found.set(path, recipientOf(value));
    return value;
  };
  mapSettings(withDefaults(settings, places), places, {
    // A secret may itself be an address, as Sumo Logic's is.
    secret: (path, value) => (typeof value === "string" && value.includes("://") ? note(path, value) : value),
    plain: note,
  });
  return found;
}

/** An omitted setting has its default, so writing the default down is no change. */
function withDefaults(settings: Settings, { shapes }: Places): Settings {
  const defaults = shapes.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, property]) =>
      "default" in property ? [[key, property.default] as const] : [],
    ),
  );
  return { ...Object.fromEntries(defaults), ...settings };
}

/** Compares addresses by origin: another path on the same server is the same recipient. */
function recipientOf(value: unknown): string {
  const text = String(value).trim();
  if (!text.includes("://") || !URL.canParse(text)) return text.toLowerCase();
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`.toLowerCase();
}
