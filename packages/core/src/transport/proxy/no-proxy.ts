import { canonicalHost } from "../guard/allow-list.ts";
import type { Address } from "../guard/address.ts";
import { parseAddress } from "../guard/address.ts";

/** One entry of `NO_PROXY`. */
export type NoProxyEntry =
  | { readonly kind: "all" }
  | { readonly kind: "name"; readonly name: string; readonly port: number | undefined }
  | { readonly kind: "range"; readonly base: Address; readonly bits: number; readonly port: number | undefined };

/**
 * Parses a `NO_PROXY` entry: `siem.example.com` and its subdomains (also `.siem.example.com`, `*.siem.example.com`), an
 * address, a range such as `10.0.0.0/8` or `fd00::/8`, each with an optional port, or `*`; undefined for anything else.
 */
export function parseNoProxy(text: string): NoProxyEntry | undefined {
  if (text === "*") return { kind: "all" };
  const { host, port } = apart(text);
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined;
  const [literal = "", bits, ...more] = host.replace(/^\[(.*)\]$/, "$1").split("/");
  const base = literal.includes("%") ? undefined : parseAddress(literal);
  if (base !== undefined) {
    const longest = base.kind() === "ipv4" ? 32 : 128;
    const isRange = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
    if (!isRange || more.length > 0) return undefined;
    return { kind: "range", base, bits: bits === undefined ? longest : Number(bits), port };
  }
  const name = canonicalHost(host.replace(/^\*?\./, ""));
  return /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?$/.test(name) && !/^[\d.]+$/.test(name)
    ? { kind: "name", name, port }
    : undefined;
}

/**
 * Returns whether requests to this host and port bypass the proxy. Names are not looked up: only an address matches a
 * range.
 */
export function isExempt(entries: readonly NoProxyEntry[], host: string, port: number): boolean {
  const name = canonicalHost(host);
  const address = parseAddress(name);
  return entries.some((entry) => {
    if (entry.kind === "all") return true;
    if (entry.port !== undefined && entry.port !== port) return false;
    if (entry.kind === "name") return name === entry.name || name.endsWith(`.${entry.name}`);
    return address !== undefined && address.kind() === entry.base.kind() && address.match(entry.base, entry.bits);
  });
}

/** Splits host and port. A bare IPv6 address has colons of its own. */
function apart(text: string): { readonly host: string; readonly port: number | undefined } {
  const [, host, port] = /^(\[[^\]]*\](?:\/\d+)?|[^:]*):(\d{1,5})$/.exec(text) ?? [];
  return host === undefined ? { host: text, port: undefined } : { host, port: Number(port) };
}
