/** What the databases say of an address. */
export interface SourceFacts {
  /** ISO 3166-1 alpha-2. */
  readonly country: string | undefined;
  readonly city: string | undefined;
  readonly point: { readonly lat: number; readonly long: number } | undefined;
  /** Undefined without a database that would know. */
  readonly isAnonymous: boolean | undefined;
}

/** From a record of a City database; Country databases have the country alone. */
export function placeOf(record: unknown): Omit<SourceFacts, "isAnonymous"> {
  const lat = memberOf(memberOf(record, "location"), "latitude");
  const long = memberOf(memberOf(record, "location"), "longitude");
  return {
    country: textOf(memberOf(memberOf(record, "country"), "iso_code")),
    city: textOf(memberOf(memberOf(memberOf(record, "city"), "names"), "en")),
    point: typeof lat === "number" && typeof long === "number" ? { lat, long } : undefined,
  };
}

/**
 * From a record of an Anonymous IP database, which lists anonymous addresses only. VPN, proxy and Tor count as the platform
 * counts them; its `is_anonymous` would take in hosting providers too.
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
