import type { Framing } from "@arbitex/core";
import { jsonArray, ndjson } from "@arbitex/core";

export const shapes = ["array", "ndjson", "single"] as const;

export type Shape = (typeof shapes)[number];

/** Framing of each shape. A single event has none. */
export const framings: Readonly<Record<Shape, Framing>> = {
  array: jsonArray,
  ndjson,
  single: { contentType: "application/json" },
};
