import { isIPv4, isIPv6 } from "node:net";
import { readAddress } from "../ocsf/index.ts";
import { severitiesOf } from "./severity.ts";

/** Converts a value to text; empty if the value is of another kind. */
export const kinds = {
  text: textOf,
  /** CEF's `externalId` holds 40 characters. A longer id is left out: truncated, it could equal another. */
  shortId: (value: unknown) => within(textOf(value), 0, 40),
  longId: (value: unknown) => within(textOf(value), 41, Number.POSITIVE_INFINITY),
  list: (value: unknown) => (Array.isArray(value) ? value.map(textOf).filter(Boolean).join(", ") : textOf(value)),
  boolean: (value: unknown) => (typeof value === "boolean" ? String(value) : ""),
  integer: (value: unknown) => (Number.isSafeInteger(value) ? String(value) : ""),
  port: (value: unknown) => (isInteger(value) && value >= 0 && value <= 65_535 ? String(value) : ""),
  float: (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? decimal(value) : ""),
  /** Milliseconds since the epoch. */
  time: (value: unknown) => (isTime(value) ? String(Math.floor(value)) : ""),
  /** QRadar reads 10 or 13 digits; milliseconds have 13 from 2001 to 2286. */
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

/** Returns whether it is a time that JavaScript and receivers can express. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 8.64e15;
}

/** Writes a number without an exponent where possible: some parsers do not know exponents. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes("e") && Math.abs(value) < 1 ? value.toFixed(20).replace(/0+$/, "") : text;
}

/** Reads an address without port and zone; an IPv4-mapped address becomes IPv4. */
function ipOf(value: unknown): string {
  if (typeof value !== "string") return "";
  return isIPv4(value) ? value : (readAddress(value)?.ip ?? "");
}

function ipv4Of(value: unknown): string {
  const ip = ipOf(value);
  return isIPv4(ip) ? ip : "";
}
