import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { Address } from "./address.ts";
import { embeddedIn, isCloudPlatform, isPublic, parseAddress } from "./address.ts";

/** A destination that is allowed although it is not public. */
export type Allowed =
  | { readonly kind: "range"; readonly base: Address; readonly bits: number }
  | { readonly kind: "name"; readonly name: string; readonly subdomains: boolean };

/** Parses an address, a range such as `10.1.0.0/16`, a name, or `*.` and a name; undefined for anything else. */
export function parseAllowed(text: string): Allowed | undefined {
  const [literal = "", bits, ...rest] = text.split("/");
  if (isIP(literal) !== 0) return rest.length > 0 ? undefined : rangeOf(literal, bits);
  const subdomains = text.startsWith("*.");
  const name = canonicalHost(subdomains ? text.slice(2) : text);
  const isName = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/.test(name) && isIP(name) === 0;
  return isName ? { kind: "name", name, subdomains } : undefined;
}

/**
 * Normalises a host for comparison: lower case, ASCII, no brackets, no final dot. Returns an empty text for an invalid
 * host: `open.example/.evil.example` must not pass as `open.example`, as a URL parser would have it, since DNS looks up
 * the whole.
 */
export function canonicalHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (isIP(bare) !== 0) return bare.toLowerCase();
  return /^[\w.\-\u{80}-\u{10ffff}]+$/u.test(bare) ? domainToASCII(bare).replace(/\.$/, "") : "";
}

/**
 * Returns whether a destination with this host may connect to this address: a public one, or one allowed by its range
 * or by the host's name. An embedded IPv4 address must be allowed too. A cloud's platform address is allowed only by
 * itself: an operator who allows a range or a name means the machines there.
 */
export function isOpen(allowed: readonly Allowed[], host: string, address: Address): boolean {
  if (isCloudPlatform(address)) return allowed.some((entry) => holds(entry, address) && isSingle(entry));
  const embedded = embeddedIn(address);
  if (embedded !== undefined && !isOpen(allowed, host, embedded)) return false;
  return isPublic(address) || allowsName(allowed, host) || allowed.some((entry) => holds(entry, address));
}

export function allowsName(allowed: readonly Allowed[], host: string): boolean {
  const name = canonicalHost(host);
  return allowed.some((entry) => {
    if (entry.kind !== "name") return false;
    return entry.subdomains ? name.endsWith(`.${entry.name}`) : name === entry.name;
  });
}

function rangeOf(literal: string, bits: string | undefined): Allowed | undefined {
  const base = parseAddress(literal);
  if (base === undefined || literal.includes("%") || (base.kind() === "ipv4" && literal.includes(":")))
    return undefined;
  const longest = bitsOf(base);
  if (bits === undefined) return { kind: "range", base, bits: longest };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= longest ? { kind: "range", base, bits: Number(bits) } : undefined;
}

function holds(entry: Allowed, address: Address): boolean {
  return entry.kind === "range" && entry.base.kind() === address.kind() && address.match(entry.base, entry.bits);
}

function isSingle(entry: Allowed): boolean {
  return entry.kind === "range" && entry.bits === bitsOf(entry.base);
}

function bitsOf(address: Address): number {
  return address.kind() === "ipv4" ? 32 : 128;
}
