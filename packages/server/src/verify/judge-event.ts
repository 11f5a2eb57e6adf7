import { fingerprintOf } from "@arbitex/core/host";
import type { ExportedEvent } from "./find-events.ts";
import { isObject } from "./find-events.ts";

/** What an exported event says of itself, and whether that is so. */
export interface JudgedEvent {
  readonly uid: string;
  /** Undefined for an event without a number, or with one that no stream gives. */
  readonly place: { readonly stream: string; readonly number: number } | undefined;
  /** Recomputed, in hexadecimal. */
  readonly fingerprint: string;
  /** Whether it has a fingerprint, and which: `altered` differs from its content. */
  readonly state: "unaltered" | "altered" | "without fingerprint";
}

/**
 * Members that SIEMs and their shippers add beside an event's own, by who adds them. An event may have members of some of
 * these names itself: `service` is OCSF's in a logon.
 */
const ADDED = [
  ["@timestamp"],
  ["@timestamp", "@version", "data_stream", "ecs", "agent", "host", "log", "input", "tags", "event"],
  [
    "_time",
    "_raw",
    "_indextime",
    "_cd",
    "_bkt",
    "_serial",
    "_si",
    "_sourcetype",
    "host",
    "index",
    "source",
    "sourcetype",
  ],
  ["ddsource", "ddtags", "hostname", "service", "timestamp", "status"],
  ["TimeGenerated", "Type", "TenantId", "SourceSystem", "MG", "_ResourceId", "_ItemId"],
].map((names) => new Set(names));

export function judgeEvent(event: ExportedEvent): JudgedEvent {
  const { metadata, unmapped } = event;
  const attestation = isObject(unmapped) ? unmapped["attestation"] : undefined;
  const uid = isObject(metadata) ? textOf(metadata["uid"]) : "";
  const place = placeOf(isObject(metadata) ? metadata["sequence"] : undefined, attestation);
  const stated = isObject(attestation) ? valueOf(attestation["fingerprint"]) : undefined;
  const whole = fingerprintOf(event);
  if (stated === undefined) return { uid, place, fingerprint: whole, state: "without fingerprint" };
  if (whole === stated) return { uid, place, fingerprint: whole, state: "unaltered" };
  for (const added of ADDED) {
    if (!Object.keys(event).some((name) => added.has(name))) continue;
    const fingerprint = fingerprintOf(without(event, added));
    if (fingerprint === stated) return { uid, place, fingerprint, state: "unaltered" };
  }
  return { uid, place, fingerprint: whole, state: "altered" };
}

/** Returns the value of a fingerprint object. */
export function valueOf(fingerprint: unknown): string | undefined {
  return isObject(fingerprint) && typeof fingerprint["value"] === "string" ? fingerprint["value"] : undefined;
}

function placeOf(sequence: unknown, attestation: unknown): JudgedEvent["place"] {
  const stream = isObject(attestation) ? attestation["chain_uid"] : undefined;
  if (typeof stream !== "string" || stream === "") return undefined;
  if (typeof sequence !== "number" || !Number.isSafeInteger(sequence) || sequence < 1) return undefined;
  return { stream, number: sequence };
}

function without(event: ExportedEvent, added: ReadonlySet<string>): ExportedEvent {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !added.has(name)));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
