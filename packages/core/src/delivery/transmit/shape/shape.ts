import type { Rendering } from "../../../ocsf/rendering.ts";
import type { OcsfVersion } from "../../../ocsf/version/version-changes.ts";
import type { Redaction } from "../../../redaction/redact-rule.ts";
import { redactStep } from "./redact-step.ts";
import { inVersion, rendered } from "./rendered.ts";
import type { Step } from "./step.ts";

/** What a destination does to its events on their way out. Crosses threads, so it holds data only. */
export interface ShapeSettings {
  readonly rendering: Rendering;
  readonly ocsfVersion: OcsfVersion;
  readonly redaction: Redaction;
}

/**
 * Shapes a destination's events, after they were selected and numbered: redact, convert. Pure: an event becomes the same
 * bytes on each attempt. Each step is absent where nothing is to be done.
 */
export interface Shape {
  /** Redacts: the event as dead letters, taps and replays see it. */
  readonly keep: Step | undefined;
  /** Converts a kept event to the destination's version and rendering. */
  readonly convert: Step | undefined;
}

export function createShape({ rendering, ocsfVersion, redaction }: ShapeSettings): Shape {
  return { keep: redactStep(redaction), convert: convertStep(rendering, ocsfVersion) };
}

/** Later versions know no extension of ours either. */
function convertStep(rendering: Rendering, version: OcsfVersion): Step | undefined {
  if (version !== "1.1") return inVersion[version];
  return rendering === "strict" ? rendered : undefined;
}

/** Returns all steps as one; undefined if nothing is to be done. */
export function sentStep({ keep, convert }: Shape): Step | undefined {
  if (keep === undefined || convert === undefined) return keep ?? convert;
  return (record) => convert(keep(record));
}
