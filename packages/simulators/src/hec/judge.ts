import { isObject } from "../simulator/json.ts";
import { endOfObject } from "../simulator/scan-json.ts";
import type { Envelope } from "./envelopes.ts";
import type { HecCode } from "./replies.ts";

/** HEC's verdict on one envelope. */
export type Judgement =
  | { readonly kind: "event" }
  /** Silently dropped: an object with `fields` but without `event`. */
  | { readonly kind: "skipped" }
  /** An unknown key: HEC stops here and reports success. */
  | { readonly kind: "ended" }
  | { readonly kind: "refused"; readonly code: HecCode };

const KEYS = new Set(["time", "host", "source", "sourcetype", "index", "event", "fields"]);
const TEXT_KEYS = ["host", "source", "sourcetype", "index"];

export interface HecRules {
  readonly maxEventBytes: number;
  /** Undefined when every index is allowed. */
  readonly indexes?: readonly string[];
}

export function judge({ value, text }: Envelope, { maxEventBytes, indexes }: HecRules): Judgement {
  if (Object.keys(value).some((key) => !KEYS.has(key))) return { kind: "ended" };
  const { event, fields, index } = value;
  if (event === undefined) return fields === undefined ? refused(12) : { kind: "skipped" };
  if (isBlank(event)) return refused(13);
  if (text.length > maxEventBytes || Buffer.byteLength(text) > maxEventBytes) return refused(6);
  if (TEXT_KEYS.some((key) => value[key] !== undefined && typeof value[key] !== "string")) return refused(6);
  if (!isTime(value["time"], text)) return refused(15);
  if (fields !== undefined) {
    if (!isObject(fields)) return refused(6);
    if (Object.values(fields).some(isObject)) return refused(15);
  }
  if (typeof index === "string" && indexes !== undefined && !indexes.includes(index)) return refused(7);
  return { kind: "event" };
}

function refused(code: HecCode): Judgement {
  return { kind: "refused", code };
}

function isBlank(event: unknown): boolean {
  if (event === null || event === "") return true;
  return typeof event === "object" && Object.keys(event).length === 0;
}

/**
 * Seconds as a number or numeric text. HEC does not accept exponents, which JSON.parse hides, so the source text is
 * examined.
 */
function isTime(time: unknown, text: string): boolean {
  if (time === undefined) return true;
  if (typeof time === "string") return /^-?\d+(\.\d+)?$/.test(time);
  return typeof time === "number" && !/"time"\s*:\s*-?[\d.]+e/i.test(withoutEvent(text));
}

/** The envelope's text without the event, which may contain a `time` of its own. */
function withoutEvent(text: string): string {
  const start = text.search(/"event"\s*:\s*\{/);
  if (start === -1) return text;
  const open = text.indexOf("{", start);
  const end = endOfObject(text, open);
  return end === -1 ? text : text.slice(0, open) + text.slice(end);
}
