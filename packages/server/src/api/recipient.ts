import type { Settings } from "../organisations/configs/siem-config.ts";
import type { Places } from "./secret-places.ts";
import { mapSettings } from "./secret-places.ts";

/**
 * The setting through which a stored secret would reach somebody else than before; undefined when it would not.
 *
 * Whoever may change a configuration need not know its secrets. If they were kept while the address changes, that person
 * could have them sent to a server of their own.
 */
export function recipientChange(stored: Settings, given: Settings, places: Places): string | undefined {
  const before = recipientsIn(stored, places);
  const after = recipientsIn(given, places);
  return [...new Set([...before.keys(), ...after.keys()])].find((path) => before.get(path) !== after.get(path));
}

/** Whom settings lead to, as one text. */
export function recipientText(settings: Settings, places: Places): string {
  return [...recipientsIn(settings, places)]
    .map((one) => JSON.stringify(one))
    .toSorted()
    .join();
}

/** By its name, for a connector says what a setting is called and not what it is for. Better one too many than one missed. */
const NAMES =
  /(?:^|_)(?:url|uri|host|hostname|endpoint|address|server|site|cloud|domain|region|port|proxy|authority)(?:_|$)/i;
/** Who says that the server at the address is the right one. */
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
    // A secret may be an address, as Sumo Logic's is.
    secret: (path, value) => (typeof value === "string" && value.includes("://") ? note(path, value) : value),
    plain: note,
  });
  return found;
}

/** A setting that is left out means its default, and so does not change when somebody writes that down. */
function withDefaults(settings: Settings, { shapes }: Places): Settings {
  const defaults = shapes.flatMap(({ properties = {} }) =>
    Object.entries(properties).flatMap(([key, property]) =>
      "default" in property ? [[key, property.default] as const] : [],
    ),
  );
  return { ...Object.fromEntries(defaults), ...settings };
}

/** Of an address only whom it leads to: another path on the same server is no other recipient. */
function recipientOf(value: unknown): string {
  const text = String(value).trim();
  if (!text.includes("://") || !URL.canParse(text)) return text.toLowerCase();
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`.toLowerCase();
}
