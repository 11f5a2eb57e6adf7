import type { OcsfEvent } from "../../event/accepted-event.ts";
import type { JsonPatch } from "../../event/json-patch.ts";

/**
 * How closely events are looked at. `off`: not at all, for input that is known to be good; only what the host itself needs is
 * read. `shape`: the attributes that every event has, text, depth and size. `full`: all that the official OCSF validator
 * calls an error, with the arbitex extension.
 */
export type Validation = "off" | "shape" | "full";

export interface IntakeLimits {
  /** Of an event's JSON text. */
  readonly maxEventBytes: number;
  /** Objects and arrays within each other. Some SIEMs refuse far less than a parser takes. */
  readonly maxDepth: number;
}

/** How events are judged, and what is added to them, before they are taken. */
export interface IntakeRules extends IntakeLimits {
  /** Default `shape`. */
  readonly validation?: Validation;
  /** Fill in what follows with certainty from what is there, before the event is judged. Default false. */
  readonly repair?: boolean;
  readonly enrich?: Enrich | undefined;
}

/** What is known of an event and does not stand in it; undefined when there is nothing to add. */
export type Enrich = (event: OcsfEvent, now: number) => JsonPatch | undefined;

export const defaultIntakeLimits: IntakeLimits = { maxEventBytes: 1024 * 1024, maxDepth: 64 };
