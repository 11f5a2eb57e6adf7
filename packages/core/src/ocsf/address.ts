import { isIP } from "node:net";

/** One IP address, without the port, brackets or quotes that sources add. */
export interface Address {
  readonly ip: string;
  readonly port?: number;
  /** Zone of the address: `eth0` of `fe80::1%eth0`. */
  readonly zone?: string;
}

/** The client's address, and the other addresses of the same list. */
export interface ClientAddress extends Address {
  readonly others: readonly string[];
}

/**
 * Reads the client's address from a field: one address, or a list as in `X-Forwarded-For`. The client's is the first
 * public address of the list, or the first of all if none is public, since a client behind its company's proxy comes
 * with its internal address first. Undefined if there is no address.
 */
export function readClientAddress(text: string): ClientAddress | undefined {
  const listed = text.split(",").flatMap((part) => readAddress(part) ?? []);
  const own = listed.find(({ ip }) => !isPrivate(ip)) ?? listed[0];
  return own && { ...own, others: listed.filter((address) => address !== own).map(({ ip }) => ip) };
}

/**
 * Reads an address: `203.0.113.7`, `203.0.113.7:443`, `2001:db8::7`, `[2001:db8::7]:443`, `fe80::1%eth0`,
 * `::ffff:203.0.113.7`, each also followed by `/32`. Undefined for anything else.
 */
export function readAddress(text: string): Address | undefined {
  const { host = "", port } = (bracketed.exec(text) ?? withPort.exec(text) ?? alone.exec(text))?.groups ?? {};
  const [address = "", zone] = host.split("%", 2);
  if (isIP(address) === 0 || Number(port ?? 0) > 65_535) return undefined;
  return {
    ip: unwrapped(address),
    ...(port !== undefined && { port: Number(port) }),
    ...(zone !== undefined && zone !== "" && { zone }),
  };
}

const bracketed = /^\s*"?\[(?<host>[^\]]*)\](?::(?<port>\d{1,5}))?"?\s*$/;
// Without brackets, only an IPv4 address can have a port: in IPv6 it would be another group.
const withPort = /^\s*"?(?<host>[\d.]+):(?<port>\d{1,5})"?\s*$/;
// PostgreSQL writes a host of type cidr with its full mask.
const alone = /^\s*"?(?<host>[\d.]+|[\da-f:.]+(?:%[^\s"/]*)?)(?:\/32|\/128)?"?\s*$/i;

/** Converts an IPv4-mapped address (`::ffff:203.0.113.7`, `::ffff:cb00:7107`) to IPv4. */
export function unwrapped(ip: string): string {
  const { dotted, high, low } = mapped.exec(ip)?.groups ?? {};
  if (dotted !== undefined) return dotted;
  if (high === undefined || low === undefined) return ip;
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 0xff, b >> 8, b & 0xff].join(".");
}

const mapped = /^(?:::|(?:0{1,4}:){5})ffff:(?:(?<dotted>[\d.]+)|(?<high>[\da-f]{1,4}):(?<low>[\da-f]{1,4}))$/i;

function isPrivate(ip: string): boolean {
  return privateRanges.test(ip);
}

const privateRanges =
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1?$|f[cd][\da-f]{2}:|fe[89ab][\da-f]:)/i;
