import type { EndpointFacts } from "../builders/facts.ts";
import { isJsonObject, type JsonObject } from "../json-value.ts";
import { numberOf, textOf } from "./audit-record-values.ts";

/** Reads the source address with what the GeoIP and anonymity databases say. */
export function readSource(auditRecord: JsonObject): EndpointFacts {
  const enrichment = auditRecord["ip_enrichment"];
  const flags = isJsonObject(enrichment) ? enrichment : {};
  const port = numberOf(auditRecord, "src_port");
  return {
    ip: addressOf(auditRecord["src_ip"]) ?? textOf(auditRecord, ...addressFields),
    port: port !== undefined && Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined,
    country: countryOf(auditRecord["src_country_code"]) ?? countryOf(flags["country_code"]),
    region: textOf(auditRecord, "src_region"),
    city: textOf(auditRecord, "src_city") ?? textOf(flags, "city"),
    isp: textOf(auditRecord, "src_isp") ?? textOf(flags, "isp"),
    lat: degrees(90, numberOf(auditRecord, "src_lat", "src_latitude")),
    long: degrees(180, numberOf(auditRecord, "src_long", "src_lon", "src_longitude")),
    isAnonymous: isAnonymous(flags),
  };
}

const addressFields = ["src_ip", "ip_address", "client_ip", "source_ip", "remote_addr", "ip", "x_forwarded_for"];

/** Reads an address. Some sources write proxies as a list. */
function addressOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((item): item is string => typeof item === "string");
  return texts.length === 0 ? undefined : texts.join(",");
}

export function readDestination(auditRecord: JsonObject): EndpointFacts | undefined {
  const ip = textOf(auditRecord, "dst_ip");
  return ip === undefined ? undefined : { ip, country: countryOf(auditRecord["dst_country_code"]) };
}

/** Returns true if any flag is true, false if all are false, otherwise undefined: null is not false. */
function isAnonymous({ is_vpn, is_proxy, is_tor }: JsonObject): boolean | undefined {
  const flags = [is_vpn, is_proxy, is_tor];
  if (flags.includes(true)) return true;
  return flags.every((flag) => flag === false) ? false : undefined;
}

function degrees(most: number, value: number | undefined): number | undefined {
  return value !== undefined && Math.abs(value) <= most ? value : undefined;
}

function countryOf(code: unknown): string | undefined {
  return typeof code === "string" && code !== "" ? code.toUpperCase() : undefined;
}
