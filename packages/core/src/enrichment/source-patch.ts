import type { OcsfEvent } from "../event/accepted-event.ts";
import { isObject } from "../event/is-object.ts";
import type { JsonPatch } from "../event/json-patch.ts";
import { readClientAddress } from "../ocsf/address.ts";
import { writeFloat } from "../ocsf/write-json.ts";
import type { SourceFacts } from "./source-facts.ts";

/**
 * Returns the address of `src_endpoint`, without port and zone and with mapped addresses as IPv4; undefined if there is
 * none.
 */
export function sourceAddress(event: OcsfEvent): string | undefined {
  const source = event["src_endpoint"];
  return isObject(source) && typeof source["ip"] === "string" ? readClientAddress(source["ip"])?.ip : undefined;
}

/**
 * Returns the known members that `src_endpoint` lacks. A location with another country or city is left alone: a mixture
 * of two places would be wrong.
 */
export function sourcePatch(event: OcsfEvent, { isAnonymous, ...place }: SourceFacts): JsonPatch | undefined {
  const source = event["src_endpoint"];
  if (!isObject(source)) return undefined;
  const patch: Record<string, string | JsonPatch> = {};
  const location = locationPatch(source["location"], place);
  if (location !== undefined) patch["location"] = location;
  if (isAnonymous !== undefined && isAbsent(source["is_anonymous"])) patch["is_anonymous"] = String(isAnonymous);
  return Object.keys(patch).length === 0 ? undefined : { src_endpoint: patch };
}

function locationPatch(given: unknown, { country, city, point }: Omit<SourceFacts, "isAnonymous">) {
  const location = isAbsent(given) ? {} : given;
  if (!isObject(location) || differs(location["country"], country) || differs(location["city"], city)) return undefined;
  // The event's own coordinates, in any form, are better than a database's.
  const hasPoint = ["lat", "long", "coordinates"].some((key) => !isAbsent(location[key]));
  const known = {
    country: country && JSON.stringify(country),
    city: city && JSON.stringify(city),
    ...(point !== undefined && !hasPoint && pointMembers(point)),
  };
  const patch: Record<string, string> = {};
  for (const [key, text] of Object.entries(known)) {
    if (text !== undefined && isAbsent(location[key])) patch[key] = text;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** OCSF writes a point longitude first, as GeoJSON does. */
function pointMembers({ lat, long }: { readonly lat: number; readonly long: number }) {
  return { lat: writeFloat(lat), long: writeFloat(long), coordinates: `[${writeFloat(long)},${writeFloat(lat)}]` };
}

function differs(given: unknown, known: string | undefined): boolean {
  if (isAbsent(given)) return false;
  return typeof given !== "string" || known === undefined || given.toLowerCase() !== known.toLowerCase();
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
