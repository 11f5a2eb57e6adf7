import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import type { Rendering } from "../../../ocsf/rendering.ts";
import { rendered } from "./rendered.ts";

/** What a destination does to its events on their way out. Crosses threads, so it holds data only. */
export interface ShapeSettings {
  readonly rendering: Rendering;
}

/** Returns the event itself, or a copy with a change. The event stays as it is: other destinations share it. */
export type Step = (record: AcceptedEvent) => AcceptedEvent;

/**
 * Shapes a destination's events, after they were selected: number, redact, convert. Pure: an event becomes the same
 * bytes on each attempt. Each step is absent where nothing is to be done.
 */
export interface Shape {
  /** Numbers and redacts: the event as dead letters, taps and replays see it. */
  readonly keep: Step | undefined;
  /** Converts a kept event to the destination's version and rendering. */
  readonly convert: Step | undefined;
}

/** `number` adds the event's number in the destination's stream; undefined if its events have none. */
export function createShape({ rendering }: ShapeSettings, number?: Step): Shape {
  return { keep: number, convert: rendering === "strict" ? rendered : undefined };
}

/** Returns both steps as one; undefined if nothing is to be done. */
export function sentStep({ keep, convert }: Shape): Step | undefined {
  if (keep === undefined || convert === undefined) return keep ?? convert;
  return (record) => convert(keep(record));
}
