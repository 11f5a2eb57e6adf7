import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Parses an IP address without its zone; undefined for a name. A mapped address (`::ffff:…`) becomes its IPv4 address.
 */
export function parseAddress(text: string): Address | undefined {
  if (isIP(text) === 0) return undefined;
  // `::8.8.8.8` is the deprecated IPv4-compatible form. The parser takes it for a mapped address.
  return ipaddr.process(text.replace(/%.*$/, "").replace(/^::(?=\d+\.)/, "::0:0:"));
}

/** Returns whether an address is public, and not an IPv4 address embedded in an IPv6 one. */
export function isPublic(address: Address): boolean {
  if (address.range() !== "unicast") return false;
  return !isV6(address) || (address.match(GLOBAL_UNICAST) && embeddedIn(address) === undefined);
}

/**
 * Returns the IPv4 address at which a packet to this IPv6 address may end: behind a translator (NAT64, SIIT) or a
 * tunnel (6to4, Teredo, ISATAP).
 */
export function embeddedIn(address: Address): ipaddr.IPv4 | undefined {
  if (!isV6(address)) return undefined;
  const bytes = address.toByteArray();
  const v4 = (from: number, flip = 0) => new ipaddr.IPv4(bytes.slice(from, from + 4).map((byte) => byte ^ flip));
  if (LAST_FOUR_BYTES.some((prefix) => address.match(prefix)) || isIsatap(address)) return v4(12);
  if (address.match(SIX_TO_FOUR)) return v4(2);
  return address.match(TEREDO) ? v4(12, 0xff) : undefined;
}

/** Returns whether an address belongs to a cloud's metadata or platform service. One of them counts as unicast. */
export function isCloudPlatform(address: Address): boolean {
  return CLOUD_PLATFORM.has(address.toString());
}

const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");
const SIX_TO_FOUR = ipaddr.parseCIDR("2002::/16");
const TEREDO = ipaddr.parseCIDR("2001::/32");
const LAST_FOUR_BYTES = ["::/96", "::ffff:0:0:0/96", "64:ff9b::/96"].map((prefix) => ipaddr.parseCIDR(prefix));

const CLOUD_PLATFORM = new Set(
  [
    "169.254.169.254", // most clouds
    "fd00:ec2::254", // AWS
    "169.254.170.2", // AWS, containers
    "169.254.170.23", // AWS, pods
    "fd00:ec2::23", // AWS, pods
    "168.63.129.16", // Azure
    "fd20:ce::254", // Google Cloud
    "100.100.100.200", // Alibaba Cloud
    "192.0.0.192", // Oracle Cloud
    "169.254.0.23", // Tencent Cloud
    "169.254.42.42", // Scaleway
    "fd00:42::42", // Scaleway
    "fe80::a9fe:a9fe", // OpenStack
  ].map((text) => ipaddr.parse(text).toString()),
);

/** Any network can use ISATAP: only the interface identifier tells. */
function isIsatap({ parts }: ipaddr.IPv6): boolean {
  return parts[5] === 0x5efe && (parts[4] === 0 || parts[4] === 0x200);
}

function isV6(address: Address): address is ipaddr.IPv6 {
  return address.kind() === "ipv6";
}
