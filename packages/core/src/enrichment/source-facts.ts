/** Facts about an address. */
export interface SourceFacts {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  readonly city: string | undefined;
  readonly point: { readonly lat: number; readonly long: number } | undefined;
  /** Undefined without an Anonymous IP database. */
  readonly isAnonymous: boolean | undefined;
}

/**
 * Reads the place from a City or Country record. Two layouts are known: MaxMind's nested one, and the flat one of
 * `@ip-location-db` (`country_code`, `city`, `latitude`, `longitude`).
 */
export function placeOf(record: unknown): Omit<SourceFacts, "isAnonymous"> {
  const location = memberOf(record, "location") ?? record;
  const lat = degrees(memberOf(location, "latitude"));
  const long = degrees(memberOf(location, "longitude"));
  return {
    country: textOf(memberOf(memberOf(record, "country"), "iso_code")) ?? textOf(memberOf(record, "country_code")),
    city: textOf(memberOf(memberOf(memberOf(record, "city"), "names"), "en")) ?? textOf(memberOf(record, "city")),
    point: lat === undefined || long === undefined ? undefined : { lat, long },
  };
}

/** Returns whether a record holds a place. */
export function isPlace(record: unknown): boolean {
  return Object.values(placeOf(record)).some((fact) => fact !== undefined);
}

/** Returns whether a record is of an Anonymous IP database, whatever its values. */
export function isAnonymityRecord(record: unknown): boolean {
  return ["is_anonymous", "is_hosting_provider", ...ANONYMOUS].some(
    (flag) => typeof memberOf(record, flag) === "boolean",
  );
}

/** Flat databases may hold degrees as text. */
function degrees(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && Math.abs(number) <= 180 ? number : undefined;
}

/**
 * Reads whether an address is anonymous from an Anonymous IP record; such a database lists anonymous addresses only.
 * VPN, proxy and Tor count, as on the platform; `is_anonymous` would include hosting providers.
 */
export function isAnonymous(record: unknown): boolean {
  return ANONYMOUS.some((flag) => memberOf(record, flag) === true);
}

const ANONYMOUS = ["is_anonymous_vpn", "is_public_proxy", "is_residential_proxy", "is_tor_exit_node"] as const;

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
