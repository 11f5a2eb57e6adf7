import type { OcsfEvent } from "../../event/accepted-event.ts";
import type { JsonPatch } from "../../event/json-patch.ts";

/**
 * How strictly events are checked. `off`: only what the host itself needs, for input known to be valid. `shape`: the
 * attributes every event has, text, depth and size. `full`: everything the official OCSF validator calls an error, with
 * the arbitex extension.
 */
export type Validation = "off" | "shape" | "full";

/** Limits of an event. */
export interface IntakeLimits {
  /** Largest size of an event's JSON in bytes. */
  readonly maxEventBytes: number;
  /** Deepest nesting of objects and arrays. Some SIEMs refuse far less than a parser takes. */
  readonly maxDepth: number;
}

/** How events are checked, and what is added to them, before they are accepted. */
export interface IntakeRules extends IntakeLimits {
  /** Default `shape`. */
  readonly validation?: Validation;
  /** Fill in members that follow from others, before the check. Default false. */
  readonly repair?: boolean;
  readonly enrich?: Enrich | undefined;
}

/** Returns members to add to an event; undefined if there are none. `now` is in milliseconds since the epoch. */
export type Enrich = (event: OcsfEvent, now: number) => JsonPatch | undefined;

/** The limits of a host unless set: 1 MiB and 64 levels. */
export const defaultIntakeLimits: IntakeLimits = { maxEventBytes: 1024 * 1024, maxDepth: 64 };
