import type { EndpointFacts } from "../builders/facts.ts";
import { isJsonObject, type JsonObject } from "../json-value.ts";
import type { RecordReader } from "./record-reader.ts";

/** The source address of a record with what GeoIP and the anonymity database said of it. */
export function readSource(record: RecordReader): EndpointFacts {
  // Only looked at: it holds more than OCSF has places for, so all of it is kept under `unmapped` as well.
  const enrichment = record.peek("ip_enrichment");
  const flags = isJsonObject(enrichment) ? enrichment : {};
  return {
    ip: record.text("src_ip", "ip_address", "client_ip", "ip"),
    country: countryOf(record.text("src_country_code")) ?? countryOf(flags.country_code),
    region: record.text("src_region"),
    city: record.text("src_city") ?? textOf(flags.city),
    isp: record.text("src_isp") ?? textOf(flags.isp),
    lat: record.number("src_lat", "src_latitude"),
    long: record.number("src_long", "src_lon", "src_longitude"),
    isAnonymous: isAnonymous(flags),
  };
}

export function readDestination(record: RecordReader): EndpointFacts | undefined {
  const ip = record.text("dst_ip");
  return ip === undefined ? undefined : { ip, country: countryOf(record.text("dst_country_code")) };
}

/** True with any flag up, false with all down, and undefined while one is unknown: null is not false. */
function isAnonymous({ is_vpn, is_proxy, is_tor }: JsonObject): boolean | undefined {
  const flags = [is_vpn, is_proxy, is_tor];
  if (flags.includes(true)) return true;
  return flags.every((flag) => flag === false) ? false : undefined;
}

function countryOf(code: unknown): string | undefined {
  return typeof code === "string" && code !== "" ? code.toUpperCase() : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
