import { isIPv4, isIPv6 } from "node:net";
import { readAddress } from "../ocsf/index.ts";
import { severitiesOf } from "./severity.ts";

/** Each gives a value's text, or an empty one where the value is not of this kind. */
export const kinds = {
  text: textOf,
  /** CEF's `externalId` holds 40 characters: a longer id is not cut, for its half would be another's. */
  shortId: (value: unknown) => within(textOf(value), 0, 40),
  longId: (value: unknown) => within(textOf(value), 41, Number.POSITIVE_INFINITY),
  list: (value: unknown) => (Array.isArray(value) ? value.map(textOf).filter(Boolean).join(", ") : textOf(value)),
  boolean: (value: unknown) => (typeof value === "boolean" ? String(value) : ""),
  integer: (value: unknown) => (Number.isSafeInteger(value) ? String(value) : ""),
  port: (value: unknown) => (isInteger(value) && value >= 0 && value <= 65_535 ? String(value) : ""),
  float: (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? decimal(value) : ""),
  /** Milliseconds since the epoch. */
  time: (value: unknown) => (isTime(value) ? String(Math.floor(value)) : ""),
  /** QRadar reads 10 or 13 digits, which 13 are from 2001 to 2286. */
  leefTime: (value: unknown) => within(kinds.time(value), 13, 13),
  ipv4: (value: unknown) => within(ipv4Of(value), 1, 15),
  ipv6: (value: unknown) => (isIPv6(ipOf(value)) ? ipOf(value) : ""),
  ip: ipOf,
  severity: (value: unknown) => String(severitiesOf(isInteger(value) ? value : 0).leef),
} as const;

export type Kind = keyof typeof kinds;

function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function within(text: string, min: number, max: number): string {
  return text.length >= min && text.length <= max ? text : "";
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** What JavaScript can make a date of, and receivers too. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 8.64e15;
}

/** Without an exponent where it can be: parsers of fixed fields know none. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes("e") && Math.abs(value) < 1 ? value.toFixed(20).replace(/0+$/, "") : text;
}

/** Also of an IPv4 address in the clothes of IPv6, as a socket that listens on both gives it, and without a port or a zone. */
function ipOf(value: unknown): string {
  if (typeof value !== "string") return "";
  return isIPv4(value) ? value : (readAddress(value)?.ip ?? "");
}

function ipv4Of(value: unknown): string {
  const ip = ipOf(value);
  return isIPv4(ip) ? ip : "";
}
